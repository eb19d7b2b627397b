"""The municipality's own workbook handed back: cells marked, a note at each, and a list of all findings in front."""

from flows.marking.isolated import MARK_JOB, mark_isolated
from flows.marking.mark import mark, mark_workbook, order_of
from flows.marking.order import Head, Marked, Order

__all__ = ["MARK_JOB", "Head", "Marked", "Order", "mark", "mark_isolated", "mark_workbook", "order_of"]
