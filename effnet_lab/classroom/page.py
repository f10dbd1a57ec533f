"""A page that holds text of learners: nothing in it is code.

All is escaped, and its policy allows no script, no picture from elsewhere and no other address.
"""

import base64
import hashlib
import html

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52em; margin: 2em auto; padding: 0 1em;
  background: Canvas; color: CanvasText; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4em .8em .4em 0;
  border-bottom: 1px solid GrayText; }
td.points { white-space: nowrap; }
pre { white-space: pre-wrap; border-left: 3px solid GrayText; padding-left: 1em;
  font: inherit; }
.total { font-size: 1.3em; font-weight: bold; }
footer { margin-top: 2em; border-top: 1px solid GrayText; font-size: .9em; }
"""

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
<footer>{footer}</footer>
</body>
</html>
"""


def page(
    title: str, body: str, footer: str = "", *, style: str = "", pictures: bool = False
) -> str:
    """Return a page.

    Parameters
    ----------
    title
        Text.
    body, footer
        HTML.
    style
        More rules.
    pictures
        Whether the body holds pictures of the course's drawing kit, which have styles of their own.
    """
    rules = _STYLE + style
    own = base64.b64encode(hashlib.sha256(rules.encode()).digest()).decode()
    source = "'unsafe-inline'" if pictures else f"'sha256-{own}'"
    policy = f"default-src 'none'; style-src {source}; base-uri 'none'; form-action 'none'"
    return _PAGE.format(
        policy=html.escape(policy), style=rules, title=escaped(title), body=body, footer=footer
    )


def escaped(text: str) -> str:
    """Escape text for HTML; see `printable`."""
    return html.escape(printable(text))


def printable(text: str) -> str:
    """Show what is no letter, sign or line break as a replacement."""
    return "".join(
        c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in str(text)
    )
