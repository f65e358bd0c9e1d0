"""Every statement about what belongs to a tenant names the tenant, or is listed here with the reason why not."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import store

TABLES = ("sessions", "journal", "api_keys", "allowed_origins", "erasures", "webhooks", "webhook_deliveries")
_TOUCHES = re.compile(rf"\b(?:FROM|JOIN|INTO|UPDATE)\s+({'|'.join(TABLES)})\b")
OF_ALL_TENANTS = {
    "release_files._INFO": "counts sessions for an author of releases, which all tenants share",
    "retirement._UNUSED": "background work",
    "snapshots.Snapshots.keep_last": "a session that was found by tenant",
    "held_releases.HeldReleases.all": "counts sessions for who compares store and engine, which all tenants share",
    "rollouts.Rollouts._figures": "background work",
    "uses._REACHED": "counts sessions for an author of declarations, which all tenants share",
    "conversations._ANYWHERE": "a session that was found by tenant",
    "deliveries.Deliveries.subjects": "sessions of events whose tenant was compared before",
    "deliveries.Deliveries.delivered": "background work",
    "deliveries.Deliveries.failed": "background work",
    "deliveries.Deliveries.forget_old": "background work",
    "webhooks.Webhooks.everywhere": "background work",
    "erasures._EMPTY": "sessions that were found by tenant and customer",
    "erasures._EMPTY_JOURNAL": "sessions that were found by tenant and customer",
    "erasures.Erasures.unfinished": "background work",
    "erasures.Erasures.empty": "an order that was found before",
    "erasures.Erasures.finish": "an order that was found before",
    "erasures.Erasures.empty_again": "background work",
    "erasures.Erasures.empty_ended": "background work",
    "idempotency.IdempotentAnswers.has_begun": "the key says which principal of which tenant",
    "idleness.Idleness.left_over": "background work",
    "idleness.Idleness.removed": "background work",
    "idleness.Idleness.spare": "background work",
    "idleness.Idleness.warn": "background work",
    "journal.Journal.trail": "a session that was found by tenant",
    "journal.Journal.was_answered": "a session that was found by tenant",
    "journal.Journal.was_received": "a session that was found by tenant",
    "keys.Keys.find": "the key says which tenant it is of",
    "keys.Keys.were_used": "the process that saw them used",
    "leases.Leases.claim": "a session that was found by tenant",
    "session_search.SessionSearch.find": "the tenant is the first condition that is always put in",
    "sessions.Sessions.mark_running": "a session that was found by tenant",
    "sessions.Sessions.finish": "a session that was found by tenant, or background work",
    "sessions.Sessions.find_unfinished": "background work",
    "sessions.Sessions.unstarted": "background work",
    "starts.StartForms.answer": "a session that was found by tenant",
    "starts.StartForms.ask": "a session that was found by tenant",
    "starts.StartForms.ask_again": "a session that was found by tenant",
    "starts.StartForms.claim": "a session that was found by tenant",
}


def statements(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Every text in a module, with the name of what holds it."""

    def walk(node: ast.AST, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names = (*names, name)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)) if not names:
                names = (name,)
            case ast.JoinedStr():
                yield ".".join(names), ast.unparse(node)
                return
            case ast.Constant(value=str(text)):
                yield ".".join(names), text
        for child in ast.iter_child_nodes(node):
            yield from walk(child, names)

    yield from walk(tree, ())


def test_every_statement_names_the_tenant() -> None:
    unnamed = set()
    for file in Path(store.__path__[0]).glob("*.py"):
        for place, text in statements(ast.parse(file.read_text(encoding="utf-8"))):
            if _TOUCHES.search(text) and not re.search(r"\btenant\b", text):
                unnamed.add(f"{file.stem}.{place}")
    assert unnamed - OF_ALL_TENANTS.keys() == set()
    assert OF_ALL_TENANTS.keys() - unnamed == set(), "no longer so"
