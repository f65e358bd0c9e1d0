"""A diagram that people can read: everything drawn, nothing on top of anything else, lines that meet their shapes."""

from dataclasses import dataclass
from itertools import combinations, pairwise

import pytest
from lxml import etree

CONTAINERS = {"process", "documentation", "extensionElements"}
WITH_LABEL_BELOW = ("startEvent", "endEvent", "boundaryEvent", "exclusiveGateway", "sequenceFlow")
Point = tuple[float, float]
Segment = tuple[Point, Point]


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def is_crossed_by(self, segment: Segment) -> bool:
        (x1, y1), (x2, y2) = segment
        line = Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
        return (
            self.left < line.right + 0.5
            and line.left - 0.5 < self.right
            and self.top < line.bottom + 0.5
            and line.top - 0.5 < self.bottom
        )

    def holds_on_border(self, point: Point) -> bool:
        x, y = point
        inside = self.left <= x <= self.right and self.top <= y <= self.bottom
        return inside and (x in {self.left, self.right} or y in {self.top, self.bottom})

    def is_middle_of_side(self, point: Point) -> bool:
        x, y = (self.left + self.right) / 2, (self.top + self.bottom) / 2
        return point in {(x, self.top), (x, self.bottom), (self.left, y), (self.right, y)}


@dataclass(frozen=True)
class Diagram:
    elements: dict[str, etree._Element]
    shapes: dict[str, Box]
    edges: dict[str, list[Point]]
    labels: dict[str, Box]

    def kind(self, name: str) -> str:
        return etree.QName(self.elements[name]).localname

    def segments(self) -> list[tuple[str, Segment]]:
        return [(name, segment) for name, points in self.edges.items() for segment in pairwise(points)]


def _box(bounds: etree._Element) -> Box:
    x, y, width, height = (float(bounds.get(name, "")) for name in ("x", "y", "width", "height"))
    return Box(x, y, x + width, y + height)


@pytest.fixture
def diagram(script: etree._Element) -> Diagram:
    elements = {
        element.get("id", ""): element
        for element in script.iterfind("./{*}process/*")
        if etree.QName(element).localname not in CONTAINERS
    }
    drawn = {shape.get("bpmnElement", ""): shape for shape in script.iterfind(".//{*}BPMNShape")}
    lines = {edge.get("bpmnElement", ""): edge for edge in script.iterfind(".//{*}BPMNEdge")}
    return Diagram(
        elements,
        {name: _box(bounds) for name, shape in drawn.items() for bounds in shape.iterfind("./{*}Bounds")},
        {
            name: [(float(point.get("x", "")), float(point.get("y", ""))) for point in edge.iterfind("./{*}waypoint")]
            for name, edge in lines.items()
        },
        {
            name: _box(bounds)
            for name, drawing in {**drawn, **lines}.items()
            for bounds in drawing.iterfind("./{*}BPMNLabel/{*}Bounds")
        },
    )


def test_every_element_is_drawn_once(script: etree._Element, diagram: Diagram) -> None:
    drawings = [*script.iterfind(".//{*}BPMNShape"), *script.iterfind(".//{*}BPMNEdge")]
    assert sorted(drawing.get("bpmnElement", "") for drawing in drawings) == sorted(diagram.elements)


def test_names_outside_of_shapes_have_a_place(diagram: Diagram) -> None:
    named = {name for name, element in diagram.elements.items() if element.get("name")}
    assert {name for name in named if diagram.kind(name) in WITH_LABEL_BELOW} == set(diagram.labels)


def test_shapes_do_not_overlap(diagram: Diagram) -> None:
    hosts = {(name, element.get("attachedToRef")) for name, element in diagram.elements.items()}
    overlapping = [
        (one, other)
        for one, other in combinations(diagram.shapes, 2)
        if diagram.shapes[one].overlaps(diagram.shapes[other])
        if (one, other) not in hosts and (other, one) not in hosts
    ]
    assert overlapping == []


def test_labels_overlap_nothing(diagram: Diagram) -> None:
    shapes = [(label, shape) for label in diagram.labels for shape in diagram.shapes]
    assert [(label, shape) for label, shape in shapes if diagram.labels[label].overlaps(diagram.shapes[shape])] == []
    labels = combinations(diagram.labels, 2)
    assert [(one, other) for one, other in labels if diagram.labels[one].overlaps(diagram.labels[other])] == []
    assert [
        (label, line)
        for label, box in diagram.labels.items()
        for line, segment in diagram.segments()
        if box.is_crossed_by(segment)
    ] == []


def test_lines_start_and_end_at_their_shapes(diagram: Diagram) -> None:
    for name, points in diagram.edges.items():
        flow = diagram.elements[name]
        for shape, point in ((flow.get("sourceRef", ""), points[0]), (flow.get("targetRef", ""), points[-1])):
            box = diagram.shapes[shape]
            is_task = diagram.kind(shape).endswith("Task") or diagram.kind(shape) == "callActivity"
            meets = box.holds_on_border(point) if is_task else box.is_middle_of_side(point)
            assert meets, f"{name} misses {shape}"


def test_lines_are_horizontal_or_vertical(diagram: Diagram) -> None:
    assert [name for name, ((x1, y1), (x2, y2)) in diagram.segments() if x1 != x2 and y1 != y2] == []


def test_lines_cross_neither_shapes_nor_each_other(diagram: Diagram) -> None:
    for name, segment in diagram.segments():
        flow = diagram.elements[name]
        ends = {flow.get("sourceRef"), flow.get("targetRef")}
        ends |= {diagram.elements[end].get("attachedToRef") for end in ends if end}
        assert [
            shape for shape, box in diagram.shapes.items() if shape not in ends and box.is_crossed_by(segment)
        ] == []
    lines = combinations(diagram.segments(), 2)
    assert [
        (one, other)
        for (one, ((x1, y1), (x2, y2))), (other, segment) in lines
        if one != other and Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)).is_crossed_by(segment)
    ] == []


def test_the_script_reads_from_left_to_right(diagram: Diagram) -> None:
    left = {name: box.left for name, box in diagram.shapes.items()}
    starts = [left[name] for name in diagram.shapes if diagram.kind(name) == "startEvent"]
    assert starts == [min(left.values())]
    ends = [name for name in diagram.shapes if diagram.kind(name) == "endEvent"]
    leading = {
        flow.get("targetRef", ""): flow.get("sourceRef", "")
        for flow in diagram.elements.values()
        if flow.get("targetRef") in ends
    }
    assert [end for end in ends if left[end] <= left[leading[end]]] == []
