"""Two models side by side, as HTML."""

from demo.analysis import markup
from demo.analysis.address import Address
from demo.analysis.comparison import compare
from demo.analysis.counts import error_rate
from demo.analysis.table import Table
from demo.views import percent


def section(table: Table, other: Table | None, address: Address) -> str:
    """The whole section; asks for a second model where there is none."""
    if other is None:
        return "<h2>Two models</h2><p>Choose a second model above to compare the two on the same pictures.</p>"
    found = compare(table, other)
    fixed = markup.link(address.to(only="fixed"), f"{found.fixed} pictures are fixed")
    broken = markup.link(address.to(only="broken"), f"{found.broken} are broken")
    verdict = "could well be chance" if found.p_value >= 0.05 else "is unlikely to be chance"
    rows = [
        (str(digit), f"{rate.hits:,} of {rate.total:,}", percent(rate.share), markup.interval(rate.low, rate.high))
        for digit, rate in enumerate(found.agreement)
    ]
    first, second = error_rate(table), error_rate(other)
    return (
        f'<h2>Two models</h2><p data-testid="comparison">The first misreads {first.hits}, the second {second.hits}; '
        f"{found.both_wrong} are misread by both. With the second, {fixed} and {broken}. The difference {verdict} "
        f"(McNemar's exact test: p = {found.p_value:.3g}).</p>"
        + markup.table("How often both give the same answer", ("Digit", "Same", "Share", "95% interval"), rows)
    )
