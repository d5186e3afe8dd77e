from viewer.recent import Recent


def test_what_was_not_asked_for_longest_goes_first() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.put("a", 1)
    recent.put("b", 2)
    recent.get("a")

    recent.put("c", 3)

    assert (recent.get("a"), recent.get("b"), recent.get("c")) == (1, None, 3)


def test_a_thing_is_made_once_while_it_is_kept() -> None:
    recent: Recent[int, list[int]] = Recent(2)
    made = [recent.get_or(key, list) for key in (1, 1, 2, 1, 3, 1)]

    assert all(each is made[0] for each in (made[1], made[3], made[5]))
    assert recent.get_or(2, list) is not made[2]
