import pytest

from trainer.datasets.separated import Columns, SeparatedError, columns_of, rows_of


def columns(text: str, *, labelled: bool = True) -> Columns:
    return columns_of(text.splitlines(keepends=True), labelled=labelled)


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("1,2,a\n3,4,b\n", ","),
        ("1;2;a\n3;4;b\n", ";"),
        ("1\t2\ta b\n3\t4\tc d\n", "\t"),
        ("1|2|a\n", "|"),
        ("1  2 a\n3 4   b\n", " "),
        ("1/2/a\n3/4/b\n", "/"),
        ("1,5;2,5;a\n3,5;4,5;b\n", ";"),
        ('1,2,"a;b;c"\n3,4,"d;e;f"\n', ","),
        ("-1.5e-3 2 a-b\n", " "),
    ],
)
def test_the_separator_is_the_one_that_makes_sense_of_most_rows(
    text: str, separator: str
) -> None:
    assert columns(text).separator == separator


def test_a_decimal_comma_is_no_separator_where_there_is_no_label() -> None:
    assert columns("1,5;2,5\n3,5;4,5\n", labelled=False) == Columns(
        ";", 2, 0, 1, None, False
    )


@pytest.mark.parametrize(
    ("text", "x", "y", "label"),
    [
        ("x,y,label\n1,2,a\n", 0, 1, 2),
        ("Label, Y ,X\na,2,1\n", 2, 1, 0),
        ("id,x,size,y,class\n7,1,0,2,a\n", 1, 3, 4),
        ("lon,lat,kind\n1,2,a\n", 0, 1, 2),
        ("kind,lon,lat\na,1,2\n", 1, 2, 0),
        ("class,width,length\n0,1,2\n1,3,4\n", 1, 2, 0),
        ("size,y,x\n0,1,2\n1,3,4\n", 2, 1, 0),
        ("width,length,which\n1,2,0\n3,4,1\n", 0, 1, 2),
    ],
)
def test_columns_are_found_by_their_names_or_by_what_is_in_them(
    text: str, x: int, y: int, label: int
) -> None:
    found = columns(text)

    assert (found.x, found.y, found.label) == (x, y, label)
    assert found.has_head


@pytest.mark.parametrize("text", ["# x y label\n1 2 a\n", "#y,x,label\n2,1,a\n"])
def test_a_head_may_begin_as_a_comment_does(text: str) -> None:
    found = columns(text)

    (row,) = list(rows_of(text.splitlines()[1:], found.separator))
    assert (row[found.x], row[found.y]) == ("1", "2")
    assert (found.label, found.width, found.has_head) == (2, 3, True)


def test_names_of_too_few_columns_name_none() -> None:
    with pytest.raises(SeparatedError, match="got 4 columns: 1, 1, 2, a"):
        columns('x y label\n"1" 1 2 a\n"2" 3 4 b\n')


@pytest.mark.parametrize(
    ("text", "x", "y"),
    [("1,2\n", 0, 1), ("x,y,label\n1,2,\n", 0, 1), ("a,1,2\nb,3,4\n", 1, 2)],
)
def test_what_is_to_be_looked_up_is_found_as_what_was_learned_without_its_label(
    text: str, x: int, y: int
) -> None:
    found = columns(text, labelled=False)

    assert (found.x, found.y, found.label) == (x, y, None)


@pytest.mark.parametrize(
    ("text", "labelled", "expected"),
    [
        ("", True, "expected columns x, y and label, got no rows"),
        ("1,2\n", True, "expected columns x, y and label, got 2 columns: 1, 2"),
        ("1\n", False, "expected columns x and y, got 1 column: 1"),
        (
            "1,2,3,4\n",
            False,
            "expected columns x and y and names x and y above them, got 4 columns: ",
        ),
        (
            "a,b,c,label\n1,2,3,d\n",
            True,
            "and names x, y and label above them, got 4 columns: a, b, c, label",
        ),
    ],
)
def test_what_cannot_be_told_is_refused(
    text: str, labelled: bool, expected: str
) -> None:
    with pytest.raises(SeparatedError, match=expected):
        columns(text, labelled=labelled)


def test_a_head_alone_is_cut_at_the_usual_separator() -> None:
    found = columns("x,y,label\n")

    assert (found.separator, found.width) == (",", 3)


def test_a_refusal_quotes_little_of_what_is_there() -> None:
    with pytest.raises(SeparatedError) as refused:
        columns("a" * 1000 + "," + "b" * 1000 + "\n")

    assert len(str(refused.value)) < 120
