from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from neuropil import nn, random
from neuropil.errors import FileFormatError
from neuropil.optim import SGD
from neuropil.storage import save_tensors
from neuropil.training import fit, load, save

if TYPE_CHECKING:
    from pathlib import Path


class Own(nn.Module):
    """A network with a layer of the user's own, which cannot be described."""

    def __init__(self) -> None:
        self.weight = nn.Parameter(np.ones((2, 2), np.float32))

    def forward(self, x: Any) -> Any:
        return x @ self.weight


def network() -> nn.Sequential:
    return nn.Sequential(nn.Flatten(), nn.Linear(4, 3, rng=0), nn.ReLU(), nn.Linear(3, 2, rng=1))


def assert_same(one: nn.Module, other: nn.Module) -> None:
    first, second = one.state_dict(), other.state_dict()
    assert first.keys() == second.keys()
    for name, array in first.items():
        np.testing.assert_array_equal(array, second[name], strict=True)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_network_comes_back_whole(tmp_path: Path, dtype: str) -> None:
    net = network().astype(dtype)
    save(net, tmp_path / "net")
    again = load(tmp_path / "net")
    assert_same(again, net)
    assert repr(again) == repr(net)
    x = np.random.default_rng(0).normal(size=(5, 2, 2)).astype(dtype)
    np.testing.assert_array_equal(again(x).value, net(x).value)


def test_loading_draws_no_random_numbers(tmp_path: Path) -> None:
    save(network(), tmp_path / "net")
    before = random.as_generator().state_dict()
    load(tmp_path / "net")
    np.testing.assert_array_equal(random.as_generator().state_dict()["counter"], before["counter"])


def test_a_network_can_be_filled(tmp_path: Path) -> None:
    net, other = network(), network()
    other[1].weight.value = other[1].weight.value + 1
    save(net, tmp_path / "net")
    assert load(tmp_path / "net", other) is other
    assert_same(net, other)


def test_layers_of_ones_own_need_the_network(tmp_path: Path) -> None:
    net = Own()
    net.weight.value = net.weight.value * 3
    save(net, tmp_path / "net")
    with pytest.raises(FileFormatError, match=r"pass it, load\(path, net\)"):
        load(tmp_path / "net")
    assert_same(load(tmp_path / "net", Own()), net)


def test_a_checkpoint_holds_the_network_too(tmp_path: Path) -> None:
    net = network()
    data = np.ones((4, 2, 2), np.float32), np.ones((4, 2), np.float32)
    fit(
        net, data, loss=nn.MSELoss(), optimizer=SGD(net.parameters(), lr=0.1), epochs=2,
        progress=False, checkpoint=tmp_path / "run", rng=0,
    )  # fmt: skip
    assert_same(load(tmp_path / "run"), net)


def test_a_state_dict_of_another_library(tmp_path: Path) -> None:
    net = network()
    save_file(net.state_dict(), tmp_path / "theirs")
    assert_same(load(tmp_path / "theirs", network()), net)
    with pytest.raises(FileFormatError, match="not the architecture"):
        load(tmp_path / "theirs")


def test_a_network_of_another_shape_is_refused_whole(tmp_path: Path) -> None:
    save(network(), tmp_path / "net")
    other = nn.Sequential(nn.Flatten(), nn.Linear(4, 7, rng=0), nn.ReLU(), nn.Linear(7, 2, rng=1))
    before = other.state_dict()
    with pytest.raises(
        FileFormatError, match=r"1\.weight is float32\[3, 4\] in the file, expected"
    ):
        load(tmp_path / "net", other)
    for name, array in before.items():
        np.testing.assert_array_equal(other.state_dict()[name], array)
    with pytest.raises(FileFormatError, match=r"and 1 more\. Build it as it was"):
        load(tmp_path / "net", nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2)))


@pytest.mark.parametrize(
    ("notes", "message"),
    [
        ({"kind": "recipe", "version": 1}, "holds a recipe, expected a checkpoint or network"),
        ({"kind": "network", "version": 2}, "of format 2, this neuropil reads format 1"),
        ({"kind": "network", "version": 1, "network": {"type": "Nonsense"}}, "cannot be built"),
        ({"kind": "network", "version": 1, "network": [1]}, "cannot be built"),
        ({"kind": "network", "version": 1, "network": {"type": "Linear"}}, "cannot be built"),
    ],
)
def test_files_of_another_kind_are_refused(
    tmp_path: Path, notes: dict[str, Any], message: str
) -> None:
    save_tensors(tmp_path / "net", {"weight": np.zeros(2)}, notes)
    with pytest.raises(FileFormatError, match=message):
        load(tmp_path / "net")


def test_missing_and_truncated_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="there is no file"):
        load(tmp_path / "missing")
    save(network(), tmp_path / "net")
    content = (tmp_path / "net").read_bytes()
    (tmp_path / "net").write_bytes(content[:-1])
    with pytest.raises(FileFormatError, match="cut short"):
        load(tmp_path / "net")


def test_shared_weights_stay_shared(tmp_path: Path) -> None:
    def tied() -> nn.Sequential:
        layer = nn.Linear(3, 3)
        return nn.Sequential(layer, nn.Tanh(), layer)

    net = tied()
    save(net, tmp_path / "net")
    for again in (load(tmp_path / "net"), load(tmp_path / "net", tied())):
        assert_same(again, net)
        assert len(list(again.parameters())) == 2


def test_dropout_that_came_from_a_file_draws_where_others_do(tmp_path: Path) -> None:
    net = nn.Sequential(nn.Linear(4, 3), nn.Dropout(0.5))
    save(net, tmp_path / "net")
    again = load(tmp_path / "net")
    x = np.ones((5, 4), np.float32)
    with random.use(7):
        expected = net(x).value
    with random.use(7):
        np.testing.assert_array_equal(again(x).value, expected)


@pytest.mark.parametrize("kind", ["spiking", "autoencoder"])
def test_a_new_process_knows_the_layers_of_other_packages(tmp_path: Path, kind: str) -> None:
    from neuropil import models
    from neuropil.neurons import layers

    nets = {
        "spiking": nn.Sequential(nn.Linear(3, 2), layers.Leaky(surrogate=layers.ArcTan(3.0))),
        "autoencoder": models.Autoencoder(nn.Linear(3, 1), nn.Linear(1, 3)),
    }
    path = tmp_path / "net.safetensors"
    save(nets[kind], path)
    code = f"import neuropil as npl; print(npl.load({str(path)!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == str(nets[kind]), done.stderr
