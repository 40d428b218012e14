"""Patterns of custom fields: Perl's syntax, in bounded time."""

import pytest

from queues.patterns import PatternError, check_pattern, hint_of, matches


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"(?#Mandatory).", "x", ""),
        (r"(?#Digits)^[\d.]+$", "10.5", "ten"),
        (r"(?#Year)^[12]\d{3}$", "2026", "3026"),
        (r"(?i)^pc-", "PC-1", "MAC-1"),
        (r"^\p{Lu}", "Ärger", "ärger"),
    ],
)
def test_stock_patterns(pattern: str, good: str, bad: str) -> None:
    """RT's ready-made ones, and what people write."""
    check_pattern(pattern)
    assert matches(pattern, good)
    assert not matches(pattern, bad)


@pytest.mark.parametrize("bomb", [r"^(a+)+$", r"^(a|a)*$", r"^(.*)*=.*=$", r"(x+x+)+y"])
def test_a_bomb_does_not_go_off(bomb: str) -> None:
    """What takes other engines years has an answer; a hang would be the failure."""
    assert not matches(bomb, "a" * 50_000 + "!")


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("[", "missing ]"),
        (r"(?=a)b", "bounded time"),
        (r"(a)\1", "bounded time"),
        (r"((((a?){99}){99}){99}){99}", "repetition"),
    ],
)
def test_what_cannot_be_compiled_is_refused(pattern: str, reason: str) -> None:
    """With the reason."""
    with pytest.raises(PatternError, match=reason):
        check_pattern(pattern)


def test_the_hint_is_the_comment() -> None:
    """Without one it is the pattern itself."""
    assert hint_of("(?#Digits)^[0-9]+$") == "Digits"
    assert hint_of("^x") == "^x"
