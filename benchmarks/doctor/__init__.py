"""How well the gradient doctor tells sick trainings from healthy ones."""
