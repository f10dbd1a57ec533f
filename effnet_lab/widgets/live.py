"""What every widget of the course shares: it says so when its kernel is gone."""

from pathlib import Path
from typing import Any

import anywidget
from IPython.display import display

_HERE = Path(__file__).parent

#: Where a notebook is opened again, the front end finds no widget and says so in words of its own.
#: This stands below; the live widget hides it (`live.css`).
LOST = '<p class="effnet-lost">This needs its kernel: run this cell again.</p>'


def asset(name: str) -> str:
    """Return the text of a JavaScript or style file, by its path from this module's folder."""
    return (_HERE / name).read_text(encoding="utf-8")


class LiveWidget(anywidget.AnyWidget):
    """A widget with a page for where nothing runs."""

    def static_html(self) -> str:
        """Return what a page shows on which nothing runs."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, *metadata = bundle if isinstance(bundle, tuple) else (bundle or {},)
        shown = {**data, "text/html": self.static_html(), "text/plain": repr(self)}
        return (shown, *metadata) if metadata else shown

    def _ipython_display_(self) -> None:
        bundle = self._repr_mimebundle_()
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        display(data, metadata=metadata, raw=True)  # type: ignore[no-untyped-call]
        display({"text/html": LOST, "text/plain": ""}, raw=True)  # type: ignore[no-untyped-call]
