"""Nobody can be recognised by a masked name or phone number."""

from hypothesis import given
from hypothesis import strategies as st

from zengyi.core.masking import mask_name, mask_phone


@given(st.text(max_size=20))
def test_a_masked_name_shows_two_characters_at_most(name: str) -> None:
    masked = mask_name(name)
    assert (masked == "") == (name.strip() == "")
    assert len(masked) <= 3
    assert masked == "" or masked.endswith("*")


@given(st.text(alphabet="0123456789 -+", max_size=30))
def test_a_masked_phone_hides_at_least_a_third(phone: str) -> None:
    digits = [c for c in phone if c.isdigit()]
    masked = mask_phone(phone)
    assert masked.count("*") * 3 >= len(digits)
