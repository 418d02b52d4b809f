"""``neuropil sample``: what a trained model of text writes."""

from __future__ import annotations

from typing import Annotated

import typer

from neuropil.cli.failure import guarded
from neuropil.cli.options import Json, RunPath
from neuropil.cli.output import emit

Prompt = Annotated[str, typer.Option("--prompt", metavar="TEXT", help="What to continue.")]
Length = Annotated[int, typer.Option("--length", min=1, help="How many characters to write.")]
Temperature = Annotated[
    float,
    typer.Option(
        "--temperature", min=0.0, help="Below 1 for likelier characters; 0: always the likeliest."
    ),
]
TopK = Annotated[
    int | None,
    typer.Option("--top-k", min=1, metavar="K", help="Draw from the K likeliest characters only."),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Of what is drawn.")]


@guarded
def sample(
    run: RunPath,
    prompt: Prompt = "",
    length: Length = 500,
    temperature: Temperature = 1.0,
    top_k: TopK = None,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Let the model of text of a run write: neuropil sample runs/characters-1.

    The prompt comes first, then what the model makes of it, character by character. One seed
    gives one text.
    """
    from neuropil import recipes

    writer = recipes.Writer(recipes.RunFolder(run))
    text = writer.write(length, prompt=prompt, temperature=temperature, top_k=top_k, rng=seed)
    if json:
        emit(
            {
                "run": str(run),
                "prompt": prompt,
                "text": text,
                "temperature": temperature,
                "top_k": top_k,
                "seed": seed,
            }
        )
    else:
        typer.echo(prompt + text)
