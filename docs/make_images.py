"""Draws the pictures of the documentation: ``python docs/make_images.py``."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from statistics import NormalDist

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

import neuropil as npl
from neuropil import data, experiments, nn, optim, plot, recipes, training
from neuropil.recipes.job import fit
from neuropil.recipes.latent import latent_reader

IMAGES = Path(__file__).parent / "images"
CURVES = ("loss", "val_loss", "accuracy", "val_accuracy")
SHOWN = 24  # digits in the picture
SIDE = 9  # images along each side of the plane


def train() -> tuple[nn.Module, training.History]:
    """The network of the README, and how it learnt."""
    npl.random.manual_seed(0)
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    history = training.fit(
        net,
        data.digits("train"),
        loss=nn.CrossEntropyLoss(),
        optimizer=optim.Adam(net.parameters(), lr=0.005),
        epochs=20,
        validation=data.digits("validation"),
        metrics=[training.accuracy],
        progress=False,
    )
    return net, history


def misread_first(net: nn.Module) -> Figure:
    """Test digits with what the network reads: first the misread ones, then others."""
    test = data.digits("test")
    predicted = np.argmax(training.predict(net, test.inputs), axis=-1)
    order = np.argsort(predicted == test.targets, kind="stable")[:SHOWN]
    captions = [
        f"{true} read as {read}" if true != read else str(read)
        for true, read in zip(test.targets[order], predicted[order], strict=True)
    ]
    return plot.image_grid(test.inputs[order, 0], captions, columns=6)


def pixels(figure: Figure) -> Image.Image:
    """The figure as an image."""
    buffer = BytesIO()
    figure.savefig(buffer, dpi=110, facecolor="white")
    return Image.open(buffer).convert("RGB")


def side_by_side(*images: Image.Image, gap: int = 30) -> Image.Image:
    """Images in a row on white, centred vertically."""
    width = sum(image.width for image in images) + gap * (len(images) - 1)
    height = max(image.height for image in images)
    canvas = Image.new("RGB", (width, height), "white")
    left = 0
    for image in images:
        canvas.paste(image, (left, (height - image.height) // 2))
        left += image.width + gap
    return canvas


def write(image: Image.Image, name: str) -> None:
    """The image as a small file in ``docs/images``."""
    image.quantize(64).save(IMAGES / name, optimize=True)


def learning_rates() -> Figure:
    """The losses of the README's network while the learning rate rises."""
    npl.random.manual_seed(0)
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    curve = training.find_learning_rate(
        net,
        data.digits("train"),
        loss=nn.CrossEntropyLoss(),
        optimizer=optim.Adam(net.parameters()),
    )
    return curve.plot()


def letters() -> Figure:
    """The first probe of each letter, and what the network made of it."""
    run = recipes.remember(recipes.load_memory("hopfield-letters"))
    first = np.searchsorted(run.of, np.arange(len(run.recipe.names)))
    assert run.recalled.trajectory is not None
    shown = np.concatenate([run.recalled.trajectory[0, first], run.recalled.states[first]])
    return plot.image_grid(-shown.reshape(-1, *run.recipe.shape), columns=len(first))


def shapes() -> Image.Image:
    """Codes of shapes, and what codes all over the plane stand for."""
    job = recipes.prepare(recipes.load("vae-shapes"))
    fit(job, progress=False)
    latent = latent_reader(job.network, job.loss)
    assert latent is not None
    test, at = job.splits.test, [NormalDist().inv_cdf((i + 0.5) / SIDE) for i in range(SIDE)]
    grid = np.stack(np.meshgrid(at, at[::-1]), axis=-1).reshape(-1, 2).astype(np.float32)
    decoded = latent.decoded(grid).clip(0, 1)[:, 0]
    codes = plot.latent_map(latent.codes(test.inputs), job.splits.labels, job.splits.classes)
    return side_by_side(pixels(codes), pixels(plot.image_grid(decoded, columns=SIDE)))


def main() -> None:
    """Write the pictures into ``docs/images``."""
    net, history = train()
    curves = plot.learning_curves({name: history[name] for name in CURVES})
    write(side_by_side(pixels(curves), pixels(misread_first(net))), "digits.png")
    write(pixels(learning_rates()), "learning-rates.png")
    write(shapes(), "vae-shapes.png")
    (learned,) = experiments.run("semicircle-to-parabola").figures.values()
    assert isinstance(learned, Figure)
    write(pixels(learned), "semicircle-to-parabola.png")
    write(pixels(letters()), "hopfield-letters.png")

    x, y = npl.Variable(0.5, name="x"), npl.Variable(2.0, name="y")
    f = npl.sin(x) + x * y
    f.backward()
    npl.draw(f).save(IMAGES / "graph.svg")


if __name__ == "__main__":
    main()
