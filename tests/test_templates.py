"""Templates compile, and none needs what the content security policy refuses."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR) / "templates"
# Mails have no policy, and mail programs know no style sheets.
NAMES = sorted(
    str(path.relative_to(ROOT))
    for path in ROOT.rglob("*.html")
    if not path.is_relative_to(ROOT / "emails")
)
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|javascript:|\bhx-on\b|js:",
    re.IGNORECASE,
)


@pytest.mark.parametrize("name", NAMES)
def test_template_compiles(name: str) -> None:
    """Every tag, filter and file a template names is there."""
    get_template(name)


@pytest.mark.parametrize("name", NAMES)
def test_template_has_nothing_inline(name: str) -> None:
    """No inline script, style or handler: the policy would refuse it."""
    assert INLINE.search((ROOT / name).read_text()) is None


@pytest.mark.parametrize("name", NAMES)
def test_template_is_short(name: str) -> None:
    """A page of more than 250 lines is to be split by panel."""
    assert len((ROOT / name).read_text().splitlines()) <= 250


@pytest.mark.parametrize("name", NAMES)
def test_forms_that_post_carry_the_token(name: str) -> None:
    """Every form that posts has the token against forged requests."""
    text = (ROOT / name).read_text()
    forms = re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL)
    missing = [f[:80] for f in forms if "csrf_token" not in f and "{% include" not in f]
    assert missing == []
