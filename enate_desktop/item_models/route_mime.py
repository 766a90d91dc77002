"""What a dragged route carries: its group and ids, never rows, which change under the drag."""

import json

from PySide6.QtCore import QMimeData

_TYPE = "application/x-enate-route-ids"


def packed(group: int, route_ids: tuple[int, ...]) -> QMimeData:
    """The ids as drag data; empty data when there is no route."""
    data = QMimeData()
    if route_ids:
        data.setData(_TYPE, json.dumps({"group": group, "routes": route_ids}).encode())
    return data


def carries_routes(data: QMimeData) -> bool:
    """Whether the drag is one of routes."""
    return data.hasFormat(_TYPE)


def unpacked(data: QMimeData) -> tuple[int, tuple[int, ...]]:
    """Group key and route ids; only for data that carries routes."""
    content = json.loads(bytes(data.data(_TYPE).data()))
    return content["group"], tuple(content["routes"])
