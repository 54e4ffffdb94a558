"""Where every page of the portal is looked at: its address and reader, or the test that comes to it by a form.

`tests/db/pages/test_every_page_is_looked_at.py` fails when a page of the portal is in none of these tables.
"""

from __future__ import annotations

from collections.abc import Mapping

STRANGER = ("/sign-in/", "/operator/sign-in/", "/help/sign-in/")
ADMINISTRATOR = (
    "/",
    "/lines/?department=all&q=poste",
    "/lines/?department=all&q=zzz",
    "/lines/?department=all&q=roy",
    "/lines/?department=all&q=usi",
    "/lines/?department=1&sort=-number",
    "/users/?department=1",
    "/attendants/?department=all",
    "/group-access/?department=all",
    "/record/",
    "/record/?q=roy",
    "/search/?everything=roy",
    "/departments/choose/?for=/lines/",
    "/feedback/",
    "/account/password/?changed=1",
    "/account/sessions/?ended=2",
    "/help/lines/?from=/lines/",
)
LINE = tuple(
    f"/lines/2/{name}/"
    for name in (
        "incoming-calls",
        "availability",
        "call-settings",
        "messages",
        "account",
        "changes",
        "details",
        "lock",
        "unlock",
        "reset",
        "undo-reset",
    )
)
SUBSCRIBER = (
    "/lines/3/incoming-calls/",
    "/lines/3/call-settings/",
    "/lines/3/messages/",
    "/lines/3/account/",
    "/feedback/1/sent/",
)
OPERATOR = (
    "/operator/",
    "/operator/groups/add/",
    "/operator/groups/1/",
    "/operator/groups/1/details/",
    "/operator/groups/1/grants/",
    "/operator/groups/1/suspend/",
    "/operator/groups/1/departments/",
    "/operator/groups/5/departments/",
    "/operator/groups/1/departments/add/",
    "/operator/departments/3/",
    "/operator/departments/2/delete/",
    "/operator/groups/1/blocks/",
    "/operator/groups/5/blocks/",
    "/operator/groups/1/blocks/add/",
    "/operator/blocks/1/delete/",
    "/operator/classes/",
    "/operator/classes/add/",
    "/operator/classes/1/",
    "/operator/classes/1/delete/",
    "/operator/trunks/",
    "/operator/trunks/add/",
    "/operator/trunks/1/",
    "/operator/trunks/1/delete/",
    "/operator/routes/add/",
    "/operator/routes/1/",
    "/operator/routes/1/delete/",
    "/operator/feedback/",
    "/operator/feedback/1/done/",
)
OPERATOR_OF_LINES = (
    "/operator/groups/2/lines/",
    "/operator/groups/5/lines/",
    "/operator/groups/2/lines/add/",
    "/operator/lines/69/",
    "/operator/lines/69/service/",
    "/operator/lines/69/suspend/",
    "/operator/lines/69/secrets/",
    "/operator/lines/69/delete/",
    "/lines/69/account/",
    "/lines/69/lock/",
    "/lines/69/unlock/",
    "/lines/69/undo-reset/",
    "/lines/69/erase-snapshot/?snapshot=1",
    "/lines/69/service/",
    "/lines/69/delete/",
    "/lines/delete/",
    "/lines/delete/?selected=68,69",
    "/groups/2/line-imports/",
    *(f"/line-imports/{number}/" for number in (1, 3, 4, 6, 7, 8)),  # in the order of ImportState
    "/line-imports/5/progress/",
)
LOOKED_AT = {
    "": STRANGER,
    "administrator": ADMINISTRATOR + LINE,
    "subscriber": SUBSCRIBER,
    "operator": OPERATOR + OPERATOR_OF_LINES,
}
BY_A_FORM: Mapping[str, str] = {
    "operator-code": "test_the_ways_in_are_accessible_and_fit",
    "move-lines": "test_the_feedback_dialog_and_the_page_of_a_move",
    "add-line": "test_the_pages_that_manage_lines",
}
"""Pages that only a form leads to, or readers whom no table here has -> the test that looks at them."""
TEMPLATES: Mapping[str, str] = {
    "undoing/refused.html": "test_a_save_is_undone_and_redone_by_keyboard",
    "line_actions/reset_confirm.html": "test_the_dialogs_of_a_line",
    "line_actions/new_user.html": "test_the_pages_of_a_reset",
    "line_actions/reset_already.html": "test_the_pages_of_a_reset",
    "operator_console/created.html": "test_an_operator_creates_a_company_of_fifty_lines_with_one_form",
    "line_management/secrets.html": "test_what_the_console_answers_to_a_form",
    "operators/code.html": "test_the_ways_in_are_accessible_and_fit",
    "operators/enrol.html": "test_the_ways_in_are_accessible_and_fit",
    "operators/recovery.html": "test_an_operator_enrols_his_code_and_signs_in_with_it",
    "web/error.html": "test_the_pages_of_errors",
}
"""Templates of pages that only the answer to a form shows -> the test that looks at them."""
NO_PAGE: Mapping[str, str] = {
    "sign-out": "form",
    "language": "form",
    "theme": "form",
    "list-columns": "form",
    "list-density": "form",
    "undo": "form",
    "voicemail-pin": "form",
    "line-import-save": "form",
    "line-import-forget": "form",
    "preview-incoming-calls": "form",
    "preview-availability": "form",
    "preview-call-settings": "form",
    "preview-message-settings": "form",
    "line": "another page",
    "lines-live": "a stream",
    "lines-download": "a file",
    "line-imports-example": "a file",
    "line-import-errors": "a file",
    "receipt": "a part of a page",
}
"""Addresses that show no page of their own -> what they take or answer instead."""
