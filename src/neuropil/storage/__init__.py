"""Files: atomic writes, JSON, lines, tensors, the cache folder, and downloads.

Whatever is written here is either there in full or not there at all, also after a crash, a power
cut or a full disk; whatever is read here is data and never runs code (no pickle, no eval).
"""

from __future__ import annotations

from neuropil.storage.atomic import atomic_write, write_bytes, write_text
from neuropil.storage.cache import cache_folder
from neuropil.storage.download import download
from neuropil.storage.json_text import from_json, read_json, to_json, write_json
from neuropil.storage.lines import append_line, read_lines, write_lines
from neuropil.storage.reading import read_bytes
from neuropil.storage.remote_file import RemoteFile
from neuropil.storage.tensors import load_tensors, save_tensors

__all__ = [
    "RemoteFile",
    "append_line",
    "atomic_write",
    "cache_folder",
    "download",
    "from_json",
    "load_tensors",
    "read_bytes",
    "read_json",
    "read_lines",
    "save_tensors",
    "to_json",
    "write_bytes",
    "write_json",
    "write_lines",
    "write_text",
]
