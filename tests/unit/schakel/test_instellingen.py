"""One list of all settings: nothing without a description, nothing secret on a screen."""

import json

import pytest
from pydantic_settings import BaseSettings

from schakel.instellingen import GROUPS, PAGE, page, print_settings, read, settings_of


@pytest.mark.parametrize("kind", GROUPS.values(), ids=lambda kind: kind.__name__)
def test_every_setting_says_what_it_means(kind: type[BaseSettings]) -> None:
    """An operator reads the list, not the code."""
    assert [s.naam for s in settings_of(kind) if not s.betekenis.endswith(".")] == []


def test_every_settings_class_is_on_the_list() -> None:
    """A new source cannot be configured in secret."""
    own = {
        k
        for k in _below(BaseSettings)
        if k.model_config.get("env_prefix") and k.__module__.startswith(("hub", "schakel", "services"))
    }
    assert own == set(GROUPS.values())


def test_the_page_is_made_from_the_classes() -> None:
    """Run `make contracts` after a change."""
    assert page() == PAGE.read_text(encoding="utf-8")


def test_a_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Not in JSON and not in text; that it is set shows."""
    monkeypatch.setenv("SCHAKEL_POSTGRES_URL", "postgresql://beheer:geheim-woord@localhost/postgres")
    monkeypatch.setenv("SCHAKEL_DUO_INTERVAL", "15")
    document = read()
    print_settings(document)
    shown = capsys.readouterr().out + json.dumps(document)
    assert "geheim-woord" not in shown
    assert "SCHAKEL_POSTGRES_URL = ***   (standaard: leeg)" in shown
    assert "SCHAKEL_DUO_INTERVAL = 15.0   (standaard: 60.0)" in shown


def _below(kind: type[BaseSettings]) -> set[type[BaseSettings]]:
    return {k for sub in kind.__subclasses__() for k in {sub, *_below(sub)}}
