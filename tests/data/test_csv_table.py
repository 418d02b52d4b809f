"""Tables in CSV files: what is read, and what is refused by row and column."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil.data import Categorical, Numeric, Standardizer, csv_table, random_split
from neuropil.errors import DataError, FileFormatError, ShapeError

PLANTS = """height,width,colour,kind
1.5,10,red,rose
2.5,20,white,lily
-3e-1,30,red,rose
"""
COLUMNS = {"height": Numeric(), "colour": Categorical()}


def read(folder: Path, text: str | bytes, **settings: Any) -> Any:
    path = folder / "table.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return csv_table(path, **({"target": "kind"} | settings))


def test_numbers_categories_and_classes(tmp_path: Path) -> None:
    table = read(tmp_path, PLANTS, columns=COLUMNS)
    assert table.features == ("height", "colour=red", "colour=white")
    expected = np.array([[1.5, 1, 0], [2.5, 0, 1], [-0.3, 1, 0]], np.float32)
    np.testing.assert_array_equal(table.inputs, expected)
    assert (table.inputs.dtype, table.targets.dtype) == (np.float32, np.int64)
    assert table.classes == ("lily", "rose")
    assert table.targets.tolist() == [1, 0, 1]
    assert len(table) == 3
    assert table[1][0].tolist() == [2.5, 0, 1]
    assert repr(table) == "Table(3 rows, 3 features)"
    train, test = random_split(table, [2, 1], rng=0)
    assert (len(train), len(test)) == (2, 1)


def test_codes_in_the_place_of_one_hot(tmp_path: Path) -> None:
    columns = {"colour": Categorical(("white", "blue", "red"), one_hot=False), "width": Numeric()}
    table = read(tmp_path, PLANTS, columns=columns)
    assert table.features == ("colour", "width")
    assert table.inputs.tolist() == [[2, 10], [0, 20], [2, 30]]


def test_names_alone_are_numbers_and_all_but_the_target_by_default(tmp_path: Path) -> None:
    settings = {"target": "width", "target_kind": Numeric()}
    table = read(tmp_path, PLANTS, columns=["height"], **settings)
    assert table.features == ("height",)
    assert table.targets.tolist() == [[10], [20], [30]]
    assert table.targets.dtype == np.float32
    assert table.classes is None
    assert read(tmp_path, "a,b,kind\n1,2,x\n3,4,y\n").inputs.tolist() == [[1, 2], [3, 4]]


def test_the_other_columns_can_be_taken_too(tmp_path: Path) -> None:
    table = read(tmp_path, PLANTS, columns={"colour": Categorical(one_hot=False)}, others=Numeric())
    assert table.features == ("colour", "height", "width")


def test_a_second_table_is_read_like_the_first(tmp_path: Path) -> None:
    train = read(tmp_path, PLANTS, columns=COLUMNS)
    settings = {"columns": train.columns, "target_kind": train.target_kind}
    test = read(tmp_path, "kind,colour,height\nrose,white,1\n", **settings, allow_empty=True)
    assert test.inputs.tolist() == [[1, 0, 1]]
    assert test.targets.tolist() == [1]
    with pytest.raises(DataError, match=r"column 'colour': expected one of red, white, got 'blue'"):
        read(tmp_path, "kind,colour,height\nrose,blue,1\nlily,red,1\n", **settings)
    with pytest.raises(DataError, match="class 'lily' has no row"):
        read(tmp_path, "kind,colour,height\nrose,red,1\n", **settings)


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("\ufeffa,kind\r\n 1 , x \r\n\r\n2,y\r\n", {}),
        ("a;kind\n1;x\n2;y", {"delimiter": ";"}),
        ('"a","kind"\n"1","x"\n2,"y"\n', {}),
    ],
)
def test_dialects(tmp_path: Path, text: str, settings: Any) -> None:
    table = read(tmp_path, text, **settings)
    assert table.inputs.tolist() == [[1], [2]]
    assert table.classes == ("x", "y")


@pytest.mark.parametrize("cell", ["", "  ", "NA", "NaN", "?", "null"])
def test_a_missing_cell_is_an_error_unless_something_stands_for_it(
    tmp_path: Path, cell: str
) -> None:
    text = f"a,kind\n1,x\n{cell},y\n"
    with pytest.raises(DataError, match=r"table.csv: row 2 \(line 3\), column 'a': is missing"):
        read(tmp_path, text)
    filled = read(tmp_path, text, columns={"a": Numeric(missing=-1.0)})
    assert filled.inputs.tolist() == [[1], [-1]]
    with pytest.raises(DataError, match=r"row 2 \(line 3\), column 'kind': is missing"):
        read(tmp_path, f"a,kind\n1,x\n2,{cell}\n")


@pytest.mark.parametrize(
    "cell", ["tall", "1,5", "1_000", "inf", "-Infinity", "1e99", "0x10", "1 2"]
)
def test_text_where_a_number_belongs_is_named(tmp_path: Path, cell: str) -> None:
    text = f'a,b,kind\n1,2,x\n3,"{cell}",y\n'
    with pytest.raises(DataError) as error:
        read(tmp_path, text)
    assert f"row 2 (line 3), column 'b': expected a number, got {cell!r}" in str(error.value)


def test_the_line_is_told_where_cells_have_several(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"row 2 \(line 5\), column 'a'"):
        read(tmp_path, 'note,a,kind\n"two\nlines",1,x\n\n-,tall,y\n', columns=["a"])


def test_the_first_few_of_many_complaints_are_told(tmp_path: Path) -> None:
    rows = "".join(f"no{i},x\n" for i in range(20))
    with pytest.raises(DataError) as error:
        read(tmp_path, f"a,kind\n{rows}1,y\n")
    message = str(error.value)
    assert "'no0'" in message
    assert "'no4'" in message
    assert "'no5'" not in message
    assert message.endswith("; and 15 more")


@pytest.mark.parametrize(
    ("text", "settings", "kind", "message"),
    [
        ("", {}, DataError, "has no rows"),
        ("a,kind\n", {}, DataError, "has no rows"),
        ("a,a,kind\n1,2,x\n", {}, DataError, "has 'a' twice among its columns"),
        ("a,,kind\n1,2,x\n", {}, DataError, "has one without a name"),
        ("a,kind\n1,x\n2\n", {}, DataError, r"row 2 \(line 3\): expected 2 cells.* got 1"),
        ("a,kind\n1,x,y\n", {}, DataError, r"row 1 \(line 2\): expected 2 cells.* got 3"),
        ("a,kin\n1,x\n", {}, FileFormatError, "no column 'kind': did you mean 'kin'"),
        ("a,kind\n1,x\n", {"columns": ["b"]}, FileFormatError, "no column 'b': .*it has a, kind"),
        ("a,kind\n1,x\n", {"columns": ["kind"]}, DataError, "'kind' is the target"),
        ("kind\nx\n", {}, DataError, "expected a column besides the target"),
        ('a,kind\n"1,x\n', {}, FileFormatError, "line 2, is no CSV"),
        (b"a,kind\n\xff,x\n", {}, FileFormatError, "no text in UTF-8"),
        (b"a,kind\n" + b"1" * 200_000 + b",x\n", {}, FileFormatError, "is no CSV .*field larger"),
        (
            "a,kind\n1,x\n",
            {"target_kind": Categorical(("x", "y"))},
            DataError,
            "column 'kind': class 'y' has no row",
        ),
    ],
)
def test_a_bad_table_is_refused(
    tmp_path: Path, text: str | bytes, settings: Any, kind: Any, message: str
) -> None:
    with pytest.raises(kind, match=message):
        read(tmp_path, text, **settings)


@pytest.mark.parametrize(
    ("text", "settings", "kind", "message"),
    [
        ("a;kind\n1;x\n", {}, FileFormatError, "it has a;kind: is ',' what stands between cells"),
        ("a,kind\n1,x\n", {"delimiter": ";;"}, ValueError, "expects a delimiter of one charac"),
        ("a,kind\n1,x\n", {"delimiter": ""}, ValueError, "expects a delimiter of one character"),
        ("a,kind\n1,x\n", {"columns": {"a": "numeric"}}, TypeError, "column 'a' .* got 'numeric'"),
        ("a,kind\n1,x\n", {"target_kind": "numeric"}, TypeError, "column 'kind' .* got 'numeric'"),
    ],
)
def test_a_wrong_setting_is_refused(
    tmp_path: Path, text: str, settings: Any, kind: Any, message: str
) -> None:
    with pytest.raises(kind, match=message):
        read(tmp_path, text, **settings)


@pytest.mark.parametrize("missing", [np.nan, np.inf, 1e39])
def test_what_stands_for_a_missing_number_is_one(missing: float) -> None:
    with pytest.raises(ValueError, match="Numeric expects a number that float32 holds"):
        Numeric(missing=missing)


def test_categories_are_several_and_different() -> None:
    with pytest.raises(TypeError, match="Categorical expects a list of categories, got 'red'"):
        Categorical("red")
    with pytest.raises(ValueError, match="Categorical has 'red' twice among its categories"):
        Categorical(("red", "lime", "red"))


def test_of_many_categories_a_few_are_told(tmp_path: Path) -> None:
    columns = {"a": Categorical([f"c{number}" for number in range(1000)])}
    with pytest.raises(DataError, match=r"expected one of the 1000 categories c0, c1, c2, .*, got"):
        read(tmp_path, "a,kind\nd7,x\n", columns=columns)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="there is no file"):
        csv_table(tmp_path / "none.csv", target="a")
    with pytest.raises(FileFormatError, match="cannot read"):
        csv_table(tmp_path, target="a")


@given(
    rows=st.lists(
        st.tuples(
            st.floats(-(2.0**100), 2.0**100, width=32),
            st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1),
        ),
        min_size=1,
    )
)
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float, str]]
) -> None:
    rows = [(number, f"c{text}c") for number, text in rows]  # no blanks around it, not missing
    path = tmp_path_factory.getbasetemp() / "any.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("number", "kind"), *rows])
    table = csv_table(path, target="kind")
    assert table.inputs[:, 0].tolist() == [number for number, _ in rows]
    assert table.classes is not None
    assert [table.classes[target] for target in table.targets] == [text for _, text in rows]


def test_standardised_inputs_have_mean_0_and_spread_1() -> None:
    inputs = np.random.default_rng(0).normal(5.0, 3.0, (200, 4))
    inputs[:, 2] = 0.1  # its mean is not 0.1 to the bit
    standardize = Standardizer(inputs)
    outputs = standardize(inputs)
    np.testing.assert_allclose(outputs.mean(0), 0, atol=1e-13)
    np.testing.assert_allclose(outputs.std(0), [1, 1, 0, 1], atol=1e-13)
    np.testing.assert_allclose(standardize.inverse(outputs), inputs, rtol=1e-13)
    assert standardize(inputs.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize(
    ("given", "made"),
    [("int64", "float32"), ("uint8", "float32"), ("bool", "float32"), ("float16", "float16")],
)
def test_whole_numbers_are_not_cut(given: str, made: str) -> None:
    inputs = np.array([[0], [1], [1]]).astype(given)
    standardize = Standardizer(inputs)
    outputs = standardize(inputs)
    assert outputs.dtype == made
    np.testing.assert_allclose(outputs.ravel(), [-(2**0.5), 0.5**0.5, 0.5**0.5], rtol=1e-3)
    assert standardize.inverse(np.array([[1]])).ravel() == pytest.approx(2 / 3 + 2**0.5 / 3)


def test_only_the_samples_it_was_made_from_have_a_say(tmp_path: Path) -> None:
    table = read(tmp_path, "a,kind\n1,x\n3,y\n100,x\n")
    train, test = random_split(table, [2, 1], rng=0)
    standardize = Standardizer(train)
    seen = np.array([train[i][0] for i in range(2)])
    np.testing.assert_allclose(standardize.mean, seen.mean(0))
    expected = (test[0][0] - seen.mean(0)) / seen.std(0)
    np.testing.assert_allclose(standardize.applied_to(test)[0][0], expected, rtol=1e-6)
    assert standardize.applied_to(table).classes == ("x", "y")


def test_what_cannot_be_standardised_is_refused() -> None:
    with pytest.raises(DataError, match="expects finite samples, got none"):
        Standardizer(np.zeros((0, 3)))
    with pytest.raises(DataError, match="not finite"):
        Standardizer(np.array([[1.0, np.nan]]))
    with pytest.raises(ShapeError, match=r"samples of shape \(2,\).*got \(3,\)"):
        Standardizer(np.zeros((4, 2)))(np.zeros((4, 3)))
