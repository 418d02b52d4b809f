from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuropil import nn, random
from neuropil.data import ArrayDataset, DataLoader
from neuropil.errors import FileFormatError, WriteError
from neuropil.optim import SGD, Adam
from neuropil.storage import load_tensors, save_tensors
from neuropil.training import (
    Checkpoint,
    EarlyStopping,
    History,
    HistoryWriter,
    Run,
    accuracy,
    fit,
    save,
)

RNG = np.random.default_rng(0)
DATA = RNG.normal(size=(30, 3)).astype(np.float32), RNG.integers(2, size=30)


class Halt(Exception):
    """Stands for whatever stops a training in the middle."""


class HaltAt:
    def __init__(self, step: int) -> None:
        self.step = step

    def on_step(self, run: Run) -> None:
        if run.step == self.step:
            raise Halt


def network() -> nn.Sequential:
    return nn.Sequential(nn.Linear(3, 4, rng=0), nn.Dropout(0.5), nn.Linear(4, 2, rng=1))


def train(path: Path, *callbacks: Any, **settings: Any) -> tuple[nn.Module, History]:
    net = settings.pop("net", None) or network()
    optimizer = settings.pop("optimizer", Adam)(net.parameters(), lr=0.01)
    defaults: dict[str, Any] = {
        "epochs": 4, "batch_size": 4, "rng": 0, "data": DATA, "loss": nn.CrossEntropyLoss(),
    }  # fmt: skip
    history = fit(
        net, optimizer=optimizer, progress=False, checkpoint=path,
        callbacks=callbacks, **(defaults | settings),
    )  # fmt: skip
    return net, history


def halted(path: Path, step: int, *callbacks: Any, **settings: Any) -> None:
    with pytest.raises(Halt):
        train(path, *callbacks, HaltAt(step), **settings)


def outcome(path: Path) -> tuple[dict[str, bytes], list[dict[str, Any]], dict[str, Any]]:
    """Everything in a checkpoint but the seconds."""
    tensors, notes = load_tensors(path)
    history = [{k: v for k, v in record.items() if k != "seconds"} for record in notes["history"]]
    rest = {k: v for k, v in notes.items() if k not in {"history", "seconds"}}
    return {name: array.tobytes() for name, array in tensors.items()}, history, rest


@pytest.mark.parametrize("step", [1, 7, 8, 11, 24, 32])
@pytest.mark.parametrize("every", [None, 1, 3])
def test_a_resumed_training_ends_like_one_that_was_not_disturbed(
    tmp_path: Path, step: int, every: int | None
) -> None:
    settings: dict[str, Any] = {"validation": 0.1, "metrics": [accuracy], "checkpoint_every": every}
    train(tmp_path / "whole", EarlyStopping(patience=9), **settings)
    halted(tmp_path / "halted", min(step, 28), EarlyStopping(patience=9), **settings)
    train(tmp_path / "halted", EarlyStopping(patience=9), resume=True, **settings)
    assert outcome(tmp_path / "halted") == outcome(tmp_path / "whole")


def test_the_seed_given_on_resume_does_not_matter(tmp_path: Path) -> None:
    train(tmp_path / "whole", validation=0.2, rng=0)
    halted(tmp_path / "halted", 9, validation=0.2, rng=0)
    train(tmp_path / "halted", validation=0.2, rng=random.Generator(99), resume=True)
    assert outcome(tmp_path / "halted") == outcome(tmp_path / "whole")


def test_a_loader_of_the_users_own_is_resumed_too(tmp_path: Path) -> None:
    def loaders() -> dict[str, Any]:
        return {
            "data": DataLoader(list(zip(*DATA, strict=True)), 7, shuffle=True, rng=3),
            "validation": DataLoader(list(zip(*DATA, strict=True)), 7, shuffle=True, rng=4),
        }

    train(tmp_path / "whole", **loaders())
    halted(tmp_path / "halted", 12, checkpoint_every=1, **loaders())
    train(tmp_path / "halted", resume=True, **loaders())
    assert outcome(tmp_path / "halted") == outcome(tmp_path / "whole")


def test_there_is_a_checkpoint_before_the_first_step(tmp_path: Path) -> None:
    halted(tmp_path / "run", 1)
    assert Checkpoint.read(tmp_path / "run").notes["step"] == 0
    train(tmp_path / "run", resume=True)
    train(tmp_path / "whole")
    assert outcome(tmp_path / "run") == outcome(tmp_path / "whole")


def test_without_a_checkpoint_resuming_is_beginning(tmp_path: Path) -> None:
    train(tmp_path / "resumed", resume=True)
    train(tmp_path / "whole")
    assert outcome(tmp_path / "resumed") == outcome(tmp_path / "whole")


def test_a_finished_training_is_not_repeated(tmp_path: Path) -> None:
    net, history = train(tmp_path / "run", EarlyStopping("loss"))
    before = (tmp_path / "run").read_bytes()
    again, same = train(tmp_path / "run", EarlyStopping("loss"), HaltAt(33), resume=True)
    assert same == history
    assert (tmp_path / "run").read_bytes() == before
    for name, array in net.state_dict().items():
        np.testing.assert_array_equal(again.state_dict()[name], array)


def test_a_training_stopped_early_stays_stopped(tmp_path: Path) -> None:
    class Stop:
        def on_epoch(self, run: Run) -> None:
            run.stop()

    assert len(train(tmp_path / "run", Stop())[1]) == 1
    assert len(train(tmp_path / "run", resume=True, epochs=9)[1]) == 1


def test_a_stop_asked_for_in_an_epoch_lets_that_epoch_end(tmp_path: Path) -> None:
    class Stop:
        def on_step(self, run: Run) -> None:
            if run.step == 10:
                run.stop()

    train(tmp_path / "whole", Stop())
    halted(tmp_path / "halted", 13, Stop(), checkpoint_every=1)
    train(tmp_path / "halted", Stop(), resume=True)
    assert outcome(tmp_path / "halted") == outcome(tmp_path / "whole")
    assert Checkpoint.read(tmp_path / "whole").notes["epoch"] == 2


def test_more_epochs_go_on_from_the_end_not_from_the_best(tmp_path: Path) -> None:
    stopping = {"monitor": "val_loss", "patience": 99}
    train(tmp_path / "whole", EarlyStopping(**stopping), validation=0.2, epochs=6)  # type: ignore[arg-type]
    train(tmp_path / "run", EarlyStopping(**stopping), validation=0.2, epochs=3)  # type: ignore[arg-type]
    train(tmp_path / "run", EarlyStopping(**stopping), validation=0.2, epochs=6, resume=True)  # type: ignore[arg-type]
    assert outcome(tmp_path / "run") == outcome(tmp_path / "whole")


def test_seconds_go_on_counting(tmp_path: Path) -> None:
    halted(tmp_path / "run", 6, checkpoint_every=1)
    seconds = Checkpoint.read(tmp_path / "run").notes["seconds"]
    assert seconds > 0
    _, history = train(tmp_path / "run", resume=True)
    assert history[0]["seconds"] > seconds


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"net": nn.Sequential(nn.Linear(3, 5), nn.Dropout(0.5), nn.Linear(5, 2))},
         (r"does not fit the network: 0\.weight is float32\[4, 3\] in the file, expected "
         r"float32\[5, 3\]; 0\.bias is")),
        ({"net": nn.Sequential(nn.Linear(3, 2))}, r"2\.weight is only in the file"),
        ({"optimizer": SGD}, r"with optimizer = Adam\(.*, this one has SGD\("),
        ({"optimizer": partial(Adam, weight_decay=0.1)}, r"weight_decay=0\.0\), this .*=0\.1\)"),
        ({"loss": nn.CrossEntropyLoss(weight=np.ones(2, np.float32))},
         r"with loss = CrossEntropyLoss\(\), this one has .*Loss\(weight=\[1\.0, 1\.0\]\)"),
        ({"data": (DATA[0][:-1], DATA[1][:-1])}, "with training samples = 30, this one has 29"),
        ({"batch_size": 5}, "with batch_size = 4, this one has 5"),
        ({"net": nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5, rng=0), nn.Linear(4, 2))},
         r"generators = \['fit'\], this one has \['fit', 'network\.1\.rng'\]"),
        ({"data": DataLoader(ArrayDataset(*DATA), 4)}, "shuffle = True, this one has False"),
        ({"data": DataLoader(ArrayDataset(*DATA), 4, shuffle=True, drop_last=True)},
         "drop_last = False, this one has True"),
        ({"metrics": [accuracy]}, r"quantities = \['loss'\], this one has \['loss', 'accuracy'\]"),
    ],
)  # fmt: skip
def test_another_training_is_refused(
    tmp_path: Path, settings: dict[str, Any], message: str
) -> None:
    halted(tmp_path / "run", 9)
    before = (tmp_path / "run").read_bytes()
    net = settings.get("net") or network()
    state = net.state_dict()
    with pytest.raises(FileFormatError, match=message):
        train(tmp_path / "run", resume=True, **(settings | {"net": net}))
    assert (tmp_path / "run").read_bytes() == before
    for name, array in net.state_dict().items():
        np.testing.assert_array_equal(array, state[name])


def test_other_callbacks_are_refused(tmp_path: Path) -> None:
    halted(tmp_path / "run", 9, EarlyStopping("loss"))
    with pytest.raises(
        FileFormatError, match=r"callbacks = \['EarlyStopping'\], this one has \[\]"
    ):
        train(tmp_path / "run", resume=True)


def test_files_that_are_no_checkpoints_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "run"
    halted(path, 9)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(FileFormatError, match="cut short"):
        train(path, resume=True)
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(FileFormatError, match="zip archive"):
        train(path, resume=True)
    save(nn.Linear(2, 2), path)
    with pytest.raises(FileFormatError, match="holds a network, expected a checkpoint"):
        train(path, resume=True)
    save_tensors(path, {}, {"kind": "checkpoint", "version": 99})
    with pytest.raises(FileFormatError, match="of format 99, this neuropil reads format 1"):
        train(path, resume=True)


FULL_DISK = """
import resource, sys
import numpy as np
from neuropil import nn, training
from neuropil.optim import Adam
class Fill:
    def on_epoch(self, run):
        if run.epoch == 2:  # from here on no file may be larger than this
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
net = nn.Linear(30, 20, rng=0)
data = np.ones((8, 30), np.float32), np.ones((8, 20), np.float32)
training.fit(net, data, loss=nn.MSELoss(), optimizer=Adam(net.parameters()), epochs=4, rng=0,
             progress=False, checkpoint=sys.argv[1], checkpoint_every=1, callbacks=[Fill()])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs resource limits")
def test_a_full_disk_costs_nothing_that_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, path], capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    last = run.stderr.splitlines()[-1]
    assert f"WriteError: cannot write {path} (File too large)" in last
    assert "the file that was there is unchanged; free some space, then run again" in last
    assert Checkpoint.read(path).notes["epoch"] == 1
    assert [file.name for file in tmp_path.iterdir()] == ["run.safetensors"]


def test_a_place_that_cannot_be_written_is_found_out_before_the_first_step(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WriteError, match="cannot write"):
        train(tmp_path / "file" / "run.safetensors", HaltAt(1))


def test_the_history_file_agrees_with_the_checkpoint(tmp_path: Path) -> None:
    lines = tmp_path / "history.jsonl"
    halted(tmp_path / "run", 25, HistoryWriter(lines))
    assert len(lines.read_text().splitlines()) == 3
    lines.write_text(lines.read_text() + '{"epoch": 4, "loss": 0.1}\n{"epo')  # ahead, and torn
    _, history = train(tmp_path / "run", HistoryWriter(lines), resume=True)
    assert lines.read_text().splitlines() == history.lines()
    _, history = train(tmp_path / "other", HistoryWriter(lines), epochs=1)
    assert lines.read_text().splitlines() == history.lines()
