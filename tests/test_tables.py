import re

from effnet_lab import B0, CIFAR_BASE, cost, scaled
from effnet_lab.view.tables import Table, ideal_and_actual


def test_ideal_stands_beside_actual():
    table = ideal_and_actual([scaled(B0, depth=1.1, name="deeper")], B0)
    ((name, width, depth, resolution, macs, counted, params),) = table.rows
    assert name == "deeper"
    assert (width, resolution) == ("1.00 x → 1.00 x", "1.00 x → 1.00 x")
    assert depth == "1.10 x → 1.44 x"  # 23 blocks instead of 16
    assert macs.startswith("1.10 x → 1.")
    price = cost(scaled(B0, depth=1.1))
    assert (counted, params) == (price.macs, price.params)


def test_a_table_is_read_as_a_table():
    page = Table("What & how", ("name", "MACs"), (("<b>", 1234),))._repr_html_()
    assert re.search(r'<th scope="col"[^>]*>MACs</th>', page)
    assert "&lt;b&gt;" in page
    assert "1,234" in page
    assert "What &amp; how" in page


def test_a_table_is_plain_text_without_a_notebook():
    text = repr(ideal_and_actual([CIFAR_BASE], CIFAR_BASE))
    caption, head, row = text.splitlines()
    assert "cifar_base at 16 pixels" in caption
    assert head.split()[0] == "network"
    assert f"{cost(CIFAR_BASE).macs:,}" in row
