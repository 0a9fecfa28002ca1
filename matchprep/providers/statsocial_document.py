"""The audience document of a submission to StatSocial: the user's own, or one made of the sealed list."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matchprep.check import Finding, check_audience, check_document
from matchprep.errors import UsageError, did_you_mean
from matchprep.providers.provider import Submission

#: Stands for the key of the list that is sent along.
KEY_TO_COME = "/uploads/KEY-THAT-THE-UPLOAD-RETURNS"
#: What --param understands, and what each means.
KNOWN = {
    "name": "what the audience shall be called",
    "audience": "an audience document to send: YAML or JSON",
    "key": "the key of the list, if it is uploaded already",
    "permitted": "true, if StatSocial lets you begin with age, gender or location",
    "description": "of the audience",
    "callback_url": "called by a POST once the build is complete",
    "outputs": "identifiers wanted in the result, such as ss_id,md5",
    "generate_insights_automatically": "true or false",
    "insight_callback_url": "called once the insights are there",
}


def audience_of(submission: Submission, *, can_upload: bool) -> dict[str, Any]:
    """Write the body of the request that creates the audience.

    Args:
        submission: What is sent.
        can_upload: Whether a list can be uploaded from here.

    Returns:
        The body; the list's key is `KEY_TO_COME` where it is uploaded first.

    Raises:
        UsageError: A parameter is unknown, the document breaks the rules, or its list has no key.
        InputError: The audience document cannot be read.
    """
    params = submission.params
    for name in params:
        if name not in KNOWN:
            raise UsageError("StatSocial has no such parameter", where=name, hint=did_you_mean(name, KNOWN))
    body = _document(submission)
    body["audience"] = {**body.get("audience", {}), "name": submission.name}
    if "description" in params:
        body["audience"]["description"] = params["description"]
    body.update({name: params[name] for name in _URLS if name in params})
    if "outputs" in params:
        body["outputs"] = [one.strip() for one in params["outputs"].split(",")]
    if "generate_insights_automatically" in params:
        body["generate_insights_automatically"] = params["generate_insights_automatically"] == "true"
    if "key" in params:
        body = with_key(body, params["key"])
    _refuse(check_audience(submission.rules, body, permitted=_permitted(params)))
    if is_to_come(body) and not can_upload:
        hint = "Upload it as StatSocial tells you, and give the key that comes back: --param key=/uploads/..."
        what = "the API describes no call that uploads a list"
        raise UsageError(what, where=submission.file.name, hint=hint)
    return body


_URLS = ("callback_url", "insight_callback_url")


def is_to_come(body: Mapping[str, Any]) -> bool:
    """Say whether a document waits for the key of a list.

    Args:
        body: The document.

    Returns:
        Whether it does.
    """
    return any(KEY_TO_COME in one.get("upload", {}).get("keys", ()) for one in body["parameters"])


def with_key(body: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Write the key of the list into a document.

    Args:
        body: The document.
        key: The key.

    Returns:
        A copy.
    """

    def filled(parameter: Mapping[str, Any]) -> dict[str, Any]:
        upload = parameter.get("upload")
        if not isinstance(upload, Mapping):
            return dict(parameter)
        keys = [key if one == KEY_TO_COME else one for one in upload.get("keys", ())]
        return {**parameter, "upload": {**upload, "keys": keys}}

    return {**body, "parameters": [filled(one) for one in body["parameters"]]}


def _document(submission: Submission) -> dict[str, Any]:
    """Read the user's own document, or take the one of the sealed list."""
    given = submission.params.get("audience")
    if given is None:
        return dict(submission.document)
    read = check_document(Path(given), submission.rules, permitted=_permitted(submission.params))
    if read.body is None:
        _refuse(read.findings)
    return dict(read.body or {})


def _permitted(params: Mapping[str, str]) -> bool:
    return params.get("permitted") == "true"


def _refuse(findings: tuple[Finding, ...]) -> None:
    wrong = [one for one in findings if one.severity == "error"]
    if wrong:
        says = " ".join(f"{one.says} ({one.rule})" for one in wrong)
        hint = "`matchprep check FILE --provider statsocial` shows each fault with its line."
        raise UsageError(says, where="audience", hint=hint)
