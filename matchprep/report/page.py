"""Pages for people: templates, and how the words of a page are written."""

from __future__ import annotations

import functools

from jinja2 import Environment, PackageLoader, StrictUndefined

from matchprep.report import words


def page(template: str, **values: object) -> str:
    """Give a page that needs nothing beside it: no network, no script.

    Args:
        template: Its template, a file of `templates/`.
        values: What the template names.

    Returns:
        HTML.
    """
    return _environment().get_template(template).render(values)


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("matchprep.report"),
        autoescape=True,  # everywhere: even a column's header is a stranger's text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        name: getattr(words, name)
        for name in ("count", "counted", "percent", "chance", "size", "field", "shown", "algorithms")
    }
    environment.globals |= {"share": words.share, "kind_of_file": words.kind_of_file}
    return environment
