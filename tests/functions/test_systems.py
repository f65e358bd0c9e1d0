"""Systems: addresses and secrets come from the environment or files, and show nowhere."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from functions.catalogue import Catalogue
from functions.reading import Source
from functions.systems import Access, Environment, System
from tests.functions.declared import SYSTEM, loaded, runner, source


def system(**fields: Any) -> System:
    return System.model_validate({**yaml.safe_load(SYSTEM), **fields})


def test_the_environment_says_where_a_system_is() -> None:
    environment = Environment({"SCRIPT_MANAGER_SYSTEM_BILLING_URL": "http://here:1/base/"})
    assert environment.access(system(url="http://there")) == Access("billing", "http://here:1/base", {})
    assert Environment({}).access(system(url="http://there")).url == "http://there"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "system billing has no address: set url in its declaration or SCRIPT_MANAGER_SYSTEM_BILLING_URL"),
        (
            {"url": "http://x", "credentials": {"bearer": {"env": "TOKEN"}}},
            "system billing needs the environment variable TOKEN",
        ),
        (
            {"url": "http://x", "credentials": {"bearer": {"file": "/nowhere/token"}}},
            "system billing needs the file /nowhere/token, which can't be read: No such file or directory",
        ),
    ],
)
def test_what_is_missing_is_named(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole sentence is compared
        assert Environment({}).access(system(**fields)).address == ""
    assert str(caught.value) == sentence


def test_a_secret_is_read_from_a_file_and_never_shown(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret\n", encoding="utf-8")
    declared = system(url="http://x", credentials={"bearer": {"file": str(tmp_path / "token")}})
    access = Environment({}).access(declared)
    assert access.headers["Authorization"].get_secret_value() == "Bearer s3cret"
    assert "s3cret" not in repr(access)


def test_a_secret_written_into_a_declaration_is_a_mistake_and_not_repeated() -> None:
    (mistake,) = loaded(source(SYSTEM, name="crm", credentials={"bearer": "s3cret"})).mistakes
    assert mistake.file == "systems/crm.yaml"
    assert "credentials.bearer: input should be a valid dictionary" in mistake.sentence
    assert "s3cret" not in mistake.sentence


def test_a_system_without_an_address_takes_out_only_its_own_functions() -> None:
    crm = source(SYSTEM, name="crm")
    catalogue: Catalogue = loaded(crm, source(), source(name="crm.find", system="crm")).sound()
    ready = runner(catalogue, "http://127.0.0.1:1")
    assert set(ready.functions) == {"billing.get_balance"}
    assert ready.troubles == ("system crm has no address: set url in its declaration or SCRIPT_MANAGER_SYSTEM_CRM_URL",)


def test_a_system_with_a_mistake_takes_its_functions_along() -> None:
    broken = Source("systems/crm.yaml", "name: crm\ntitle: {}\nlimits: {concurrency: 0}")
    found = loaded(broken, source(name="crm.find", system="crm"))
    assert [str(mistake) for mistake in found.mistakes] == [
        "crm.find.yaml:5: system: there is no sound system crm",
        "systems/crm.yaml:3: limits.concurrency: input should be greater than or equal to 1",
    ]
    assert found.catalogue.functions == {}
