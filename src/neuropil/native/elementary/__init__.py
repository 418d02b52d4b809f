"""Elementary functions of one number, in a form that LLVM turns into vector instructions.

No branches, no tables, no calls into a mathematical library: range reduction, a polynomial, and
the exponent put together from bits. Results are within 2 units in the last place of the exact
ones (`tests/native/test_elementary.py`).
"""
