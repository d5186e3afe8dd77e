from trainer.skipped_rows import NAMED, SkippedRows


def test_the_first_rows_are_named_and_all_are_counted() -> None:
    said = list[str]()
    skipped = SkippedRows(said.append)

    for row in range(2, 1002):
        skipped(row, "x is ''")

    assert said == [f"skipped row {row}: x is ''" for row in range(2, 2 + NAMED)]
    assert skipped.of(500) == "1,000 of 1,500 rows"


def test_one_of_one_row_is_one_row() -> None:
    skipped = SkippedRows(lambda text: None)

    skipped(1, "x is 'a'")

    assert skipped.of(0) == "1 of 1 row"
