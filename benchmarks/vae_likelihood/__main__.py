"""``python -m benchmarks.vae_likelihood --folder FOLDER``: a VAE 784-400-20 on MNIST-10k.

MNIST-10k are the 10,000 images of MNIST's test files: the first 8,000 train, the last 2,000 are
held out. neuropil and PyTorch, which gets an environment of its own, train the same net from the
same parameters on the same batches with the same noise, which files carry over. Told are, for the
held-out images, the evidence bound and the importance-weighted estimate of ln p(x) with 500
samples, in nats an image. Exit code 1 if the two differ by more than 0.5 nat in either.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.harness.contestant import Contestant
from benchmarks.harness.environment import interpreter
from benchmarks.harness.machine import describe
from benchmarks.vae_likelihood import ours, shared

BAR = 0.5
JUDGED = ("evidence bound", "log-likelihood")


def measured(images: Path, engine: str) -> dict[str, Any]:
    """The figures of both, one after the other."""
    python = interpreter("torch==2.13.0", "numpy")
    module = "benchmarks.vae_likelihood.contestant_pytorch"
    with TemporaryDirectory() as name:
        folder = Path(name)
        ours.write(images, folder)
        mine = ours.work(folder, engine=engine)
        with Contestant("PyTorch", python, module) as peer:
            theirs = peer.ask({"folder": name})
            versions = peer.versions
    apart = {name: abs(mine[name] - theirs[name]) for name in JUDGED}
    return {
        "machine": describe(),
        "versions": versions,
        "epochs": shared.EPOCHS,
        "neuropil": mine,
        "PyTorch": theirs,
        "apart": apart,
        "bar": BAR,
        "holds": all(difference <= BAR for difference in apart.values()),
    }


def markdown(result: dict[str, Any]) -> str:
    """The result as a table."""
    rows = ["training loss", *JUDGED]
    lines = ["| nats an image | neuropil | PyTorch |", "|---|---|---|"]
    lines += [
        f"| {row} | {result['neuropil'][row]:.3f} | {result['PyTorch'][row]:.3f} |" for row in rows
    ]
    seconds = "; ".join(
        "{} {:.0f} s to train, {:.0f} s to judge".format(who, *result[who]["seconds"])
        for who in ("neuropil", "PyTorch")
    )
    facts = "; ".join(f"{key} {value}" for key, value in result["machine"].items())
    verdict = "reached" if result["holds"] else "MISSED"
    told = (
        f"{shared.UNSEEN} held-out images of MNIST-10k after {result['epochs']} epochs, "
        f"{shared.SAMPLES} samples an image. At most {BAR} nat apart: {verdict}. One thread; "
        f"{seconds}. {facts}; PyTorch {result['versions']['torch']}."
    )
    return "\n".join([*lines, "", told])


def main() -> int:
    """Measure, print the table, write it where asked; 1 if the two are apart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where MNIST's t10k files are")
    parser.add_argument("--engine", default="auto", help="of neuropil's training")
    parser.add_argument("--out", type=Path, help="folder for vae_likelihood.json and .md")
    options = parser.parse_args()
    result = measured(options.folder, options.engine)
    print(markdown(result))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        text = json.dumps(result, indent=2) + "\n"
        (options.out / "vae_likelihood.json").write_text(text)
        (options.out / "vae_likelihood.md").write_text(markdown(result) + "\n")
    return 0 if result["holds"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
