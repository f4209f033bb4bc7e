"""The committed AsyncAPI documents are those of the services as they run."""

import tempfile

from schakel.asyncapi import FOLDER, differing, documents
from schakel.places import SERVICES


def test_every_service_has_a_document() -> None:
    """One file per service, none left over."""
    assert {f"{name}.json" for name in SERVICES} == {path.name for path in FOLDER.iterdir()}


def test_committed_documents_are_what_the_apps_say() -> None:
    """A change of a handler or event shows in the same commit: run `schakel contracts`."""
    assert [] == differing()


def test_documents_name_no_machine() -> None:
    """Not the folder they were made in; the server is a variable."""
    assert not any(tempfile.gettempdir() in text for text in documents().values())
