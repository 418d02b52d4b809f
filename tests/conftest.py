"""What holds for every test: no deadline on examples, because the machine may be busy."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("neuropil", deadline=None)
if settings.get_current_profile_name() == "default":  # on CI, Hypothesis chooses its own profile
    settings.load_profile("neuropil")
