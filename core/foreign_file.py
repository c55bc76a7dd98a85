"""What a foreign .onnx file may not hold, found by reading its structure before anything opens it."""

from collections.abc import Iterator

from core.session import ModelError
from core.wire import WireError, messages, number, text

DOMAINS = {"", "ai.onnx", "ai.onnx.ml"}  # of ONNX's own operators; all others are somebody's code
EXTERNAL = 1  # TensorProto.data_location
DEEPEST = 16  # graphs within graphs
ORT_FORMAT = b"ORTM"
# onnx/onnx.proto3, field numbers
MODEL_GRAPH, MODEL_FUNCTIONS = 7, 25
FUNCTION_NODES, FUNCTION_DOMAIN = 7, 10
GRAPH_NODES, GRAPH_TENSORS, GRAPH_SPARSE = 1, 5, 15
NODE_ATTRIBUTES, NODE_DOMAIN, NODE_KIND = 5, 7, 4
ATTRIBUTE_TENSORS, ATTRIBUTE_GRAPHS, ATTRIBUTE_SPARSE = (5, 10), (6, 11), (22, 23)
SPARSE_PARTS = (1, 2)
TENSOR_EXTERNAL, TENSOR_LOCATION = 13, 14


def check(content: bytes, name: str) -> None:
    """ModelError for a file that is no .onnx file, keeps weights in other files or needs operators of its own."""
    if content[4:8] == ORT_FORMAT:
        raise ModelError(f"{name}: a model in ORT format; only .onnx files are opened here")
    try:
        _check(memoryview(content), name)
    except WireError as error:
        raise ModelError(f"{name}: not a whole .onnx file ({error})") from error


def _check(content: memoryview, name: str) -> None:
    graphs = list(messages(content, MODEL_GRAPH))
    if not any(True for graph in graphs for _ in messages(graph, GRAPH_NODES)):
        raise ModelError(f"{name}: not a whole .onnx file (it holds no operators)")
    functions = list(messages(content, MODEL_FUNCTIONS))
    known = DOMAINS | {text(one, FUNCTION_DOMAIN) for one in functions}
    for parts in (*((graph, GRAPH_NODES) for graph in graphs), *((one, FUNCTION_NODES) for one in functions)):
        _check_nodes(*parts, known, name, 0)


def _check_nodes(graph: memoryview, nodes: int, known: set[str], name: str, depth: int) -> None:
    if depth > DEEPEST:
        raise ModelError(f"{name}: graphs within graphs, more than {DEEPEST} deep; expected a plain net")
    for tensor in _tensors(graph, (GRAPH_TENSORS,), (GRAPH_SPARSE,)) if nodes == GRAPH_NODES else ():
        _check_tensor(tensor, name)
    for node in messages(graph, nodes):
        if (domain := text(node, NODE_DOMAIN)) not in known:
            raise ModelError(
                f"{name}: needs the operator {text(node, NODE_KIND)!r} of {domain!r}; only ONNX's own are run here"
            )
        for attribute in messages(node, NODE_ATTRIBUTES):
            for tensor in _tensors(attribute, ATTRIBUTE_TENSORS, ATTRIBUTE_SPARSE):
                _check_tensor(tensor, name)
            for field in ATTRIBUTE_GRAPHS:
                for inner in messages(attribute, field):
                    _check_nodes(inner, GRAPH_NODES, known, name, depth + 1)


def _tensors(holder: memoryview, dense: tuple[int, ...], sparse: tuple[int, ...]) -> Iterator[memoryview]:
    for field in dense:
        yield from messages(holder, field)
    for field in sparse:
        for one in messages(holder, field):
            for part in SPARSE_PARTS:
                yield from messages(one, part)


def _check_tensor(tensor: memoryview, name: str) -> None:
    if number(tensor, TENSOR_LOCATION) == EXTERNAL or any(True for _ in messages(tensor, TENSOR_EXTERNAL)):
        raise ModelError(f"{name}: keeps weights in another file; please save it as one file, without external data")
