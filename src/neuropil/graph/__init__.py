"""The expression graph: Variables and the Operations that made them (notes 4.1)."""

from __future__ import annotations

from neuropil.graph.drawing import Drawing, draw
from neuropil.graph.functions import functions
from neuropil.graph.gradients import gradients
from neuropil.graph.operation import Operation
from neuropil.graph.primitive import Primitive, pick, primitive, primitives
from neuropil.graph.recording import enable_grad, is_recording, no_grad
from neuropil.graph.traversal import beneath
from neuropil.graph.variable import Variable, plain
from neuropil.graph.watching import Watch, watching

__all__ = [
    "Drawing",
    "Operation",
    "Primitive",
    "Variable",
    "Watch",
    "beneath",
    "draw",
    "enable_grad",
    "functions",
    "gradients",
    "is_recording",
    "no_grad",
    "pick",
    "plain",
    "primitive",
    "primitives",
    "watching",
]
