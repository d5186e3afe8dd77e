import pytest

from viewer.number import brief, percent


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.000"),
        (0.1234, "0.123"),
        (-2.5, "−2.500"),
        (99.9999, "100.0"),
        (1234.56, "1234.6"),
        (54321.0, "54321"),
        (1e30, "1.0e30"),
        (0.00012, "1.2e−4"),
        (float("nan"), "NaN"),
        (float("inf"), "inf"),
        (float("-inf"), "−inf"),
    ],
)
def test_number_is_written_in_few_letters(value: float, text: str) -> None:
    assert brief(value) == text


def test_no_float32_has_more_than_seven_letters_and_a_sign() -> None:
    for exponent in range(-38, 39):
        for digits in (1.0, -1.25, 9.9996):
            assert len(brief(digits * 10.0**exponent)) <= 8


def test_share_that_is_no_number_is_written_as_what_it_is() -> None:
    assert percent(0.1234) == "12.3%"
    assert percent(float("nan")) == "NaN"
