import pytest
from pydantic import ValidationError

from runtime.settings import Settings

URL = "postgresql://script_manager:s3cret@127.0.0.1:5432/script_manager"


@pytest.fixture(autouse=True)
def only_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SCRIPT_MANAGER_{name.upper()}", raising=False)
    monkeypatch.setenv("SCRIPT_MANAGER_DATABASE_URL", URL)


def test_a_database_is_all_that_must_be_set() -> None:
    settings = Settings()
    assert settings.database_url.get_secret_value() == URL
    assert settings.engine_url == "http://127.0.0.1:8080/engine-rest"
    assert settings.kafka_bootstrap is None


def test_the_environment_wins_over_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRIPT_MANAGER_API_PORT", "9000")
    monkeypatch.setenv("script_manager_host", "0.0.0.0")  # noqa: S104
    settings = Settings()
    assert (settings.api_port, settings.host) == (9000, "0.0.0.0")  # noqa: S104


@pytest.mark.parametrize("name", ["engine_user", "engine_password", "engine_token", "kafka_bootstrap"])
def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"SCRIPT_MANAGER_{name.upper()}", "")
    assert getattr(Settings(), name) is None


def test_secrets_are_not_shown() -> None:
    settings = Settings(engine_password="engine-s3cret", engine_token="token-s3cret")
    assert "s3cret" not in repr(settings)
    assert "s3cret" not in str(settings.model_dump())


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().api_port = 1  # type: ignore[misc]
