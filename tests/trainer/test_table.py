from trainer.table import confusion_table


def test_a_name_of_two_lines_takes_one() -> None:
    table = confusion_table([[1, 0], [0, 2]], ["a\nb", "c"])

    assert [line.split()[-2:] for line in table.splitlines()[1:]] == [
        ["1", "0"],
        ["0", "2"],
    ]
    assert "a b" in table
