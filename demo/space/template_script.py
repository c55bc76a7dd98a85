"""The page's templates as JavaScript: what a browser works out by itself looks as what the server sends."""

import json
from collections.abc import Callable, Iterable

from jinja2 import nodes

from demo.rendering import ENVIRONMENT, TEMPLATES

Scope = frozenset[str]  # names that stand in variables of the script; all others are given to the template
NOTHING: Scope = frozenset({"range"})
HEAD = "import { add, both, call, concat, either, filters, get, item, looped, macro, out, range as v_range, "
HEAD += 'Safe, same, truthy, within } from "./templating.mjs";\n'
ARITHMETIC = {nodes.Sub: "-", nodes.Mul: "*", nodes.Div: "/"}
COMPARISONS = {"lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}


class UntranslatedError(NotImplementedError):
    """A template has what was never needed in a script."""


def script(names: Iterable[str]) -> str:
    """A module that exports `render(name, values)` for templates of these names, without their ending."""
    trees: dict[str, nodes.Template] = {}
    for name in names:
        _collect(f"{name}.html", trees)
    parts = [f"const {_function(name)} = (given) => {{\n{_template(tree)}\n}};" for name, tree in trees.items()]
    table = ", ".join(f"{json.dumps(name.removesuffix('.html'))}: {_function(name)}" for name in trees)
    last = "export const render = (name, values) => String(TEMPLATES[name](values).html);"
    return "\n".join([HEAD, *parts, f"const TEMPLATES = {{ {table} }};", last, ""])


def _collect(name: str, trees: dict[str, nodes.Template]) -> None:
    """Add a template after those that it imports from."""
    if name in trees:
        return
    tree = ENVIRONMENT.parse((TEMPLATES / name).read_text(encoding="utf-8"))
    for found in tree.find_all(nodes.FromImport):
        _collect(_imported(found), trees)
    trees[name] = tree


def _imported(node: nodes.FromImport) -> str:
    assert isinstance(node.template, nodes.Const)
    return str(node.template.value)


def _function(name: str) -> str:
    return f"t_{name.removesuffix('.html')}"


def _template(tree: nodes.Template) -> str:
    body, scope = _block(tree.body, NOTHING)
    own = ", ".join(f"{name}: v_{name}" for name in sorted(scope - NOTHING))
    return f'let o = "";\n{body}\nreturn {{ html: new Safe(o), {own} }};'


def _block(body: list[nodes.Node], scope: Scope) -> tuple[str, Scope]:
    """Statements, and the scope after them."""
    lines = []
    for node in body:
        line, scope = _statement(node, scope)
        lines.append(line)
    return "\n".join(lines), scope


def _statement(node: nodes.Node, scope: Scope) -> tuple[str, Scope]:
    if isinstance(node, nodes.FromImport):
        pairs = [(one, one) if isinstance(one, str) else one for one in node.names]
        taken = ", ".join(f"{name}: v_{alias}" for name, alias in pairs)
        return f"const {{ {taken} }} = {_function(_imported(node))}({{}});", scope | {alias for _, alias in pairs}
    if isinstance(node, nodes.Assign):
        target, names = _target(node.target)
        return f"const {target} = {_value(node.node, scope)};", scope | names
    if isinstance(node, nodes.Macro):
        return _macro(node, scope), scope | {node.name}
    simple: dict[type, Callable[..., str]] = {
        nodes.Output: _output,
        nodes.For: _for,
        nodes.If: _if,
        nodes.CallBlock: _call_block,
    }
    if type(node) not in simple:
        raise UntranslatedError(f"line {node.lineno}: {type(node).__name__}")
    return simple[type(node)](node, scope), scope


def _output(node: nodes.Output, scope: Scope) -> str:
    parts = [
        json.dumps(one.data) if isinstance(one, nodes.TemplateData) else f"out({_value(one, scope)})"
        for one in node.nodes
    ]
    return f"o += {' + '.join(parts)};"


def _for(node: nodes.For, scope: Scope) -> str:
    if node.else_ or node.test or node.recursive:
        raise UntranslatedError(f"line {node.lineno}: a loop with else, if or recursion")
    target, names = _target(node.target)
    body, _ = _block(node.body, scope | names | {"loop"})
    return f"for (const [v_loop, {target}] of looped({_value(node.iter, scope)})) {{\n{body}\n}}"


def _if(node: nodes.If, scope: Scope) -> str:
    branches = [(node.test, node.body), *((other.test, other.body) for other in node.elif_)]
    written = " else ".join(
        f"if (truthy({_value(test, scope)})) {{\n{_closed(body, scope)}\n}}" for test, body in branches
    )
    return written + (f" else {{\n{_closed(node.else_, scope)}\n}}" if node.else_ else "")


def _closed(body: list[nodes.Node], scope: Scope) -> str:
    """Statements whose names end with their braces, which Jinja's would not."""
    if any(isinstance(one, nodes.Assign) for one in body):
        raise UntranslatedError(f"line {body[0].lineno}: a name set in a branch")
    return _block(body, scope)[0]


def _macro(node: nodes.Macro, scope: Scope) -> str:
    names = [one.name for one in node.args]
    defaults = ", ".join(_value(one, scope) for one in node.defaults)
    body, _ = _block(node.body, scope | {node.name, *names, "caller"})
    parameters = ", ".join(["v_caller", *(f"v_{name}" for name in names)])
    written = f'({parameters}) => {{\nlet o = "";\n{body}\nreturn new Safe(o);\n}}'
    return f"const v_{node.name} = macro({json.dumps(names)}, [{defaults}], {written});"


def _call_block(node: nodes.CallBlock, scope: Scope) -> str:
    body, _ = _block(node.body, scope)
    return f'o += out({_call(node.call, scope, f"""() => {{ let o = ""; {body} return new Safe(o); }}""")});'


def _call(node: nodes.Call, scope: Scope, caller: str = "undefined") -> str:
    spread = [f"...{_value(node.dyn_args, scope)}"] if node.dyn_args else []
    given = ", ".join([*(_value(one, scope) for one in node.args), *spread])
    named = ", ".join(f"{one.key}: {_value(one.value, scope)}" for one in node.kwargs)
    return f"call({_value(node.node, scope)}, [{given}], {{ {named} }}, {caller})"


def _target(node: nodes.Node) -> tuple[str, Scope]:
    if isinstance(node, nodes.Name):
        return f"v_{node.name}", frozenset({node.name})
    if isinstance(node, nodes.Tuple):
        parts = [_target(one) for one in node.items]
        return f"[{', '.join(name for name, _ in parts)}]", frozenset().union(*(names for _, names in parts))
    raise UntranslatedError(f"line {node.lineno}: set {type(node).__name__}")


def _value(node: nodes.Node | None, scope: Scope) -> str:
    """An expression. What Python and JavaScript see differently is a function of templating.mjs."""
    value: Callable[[nodes.Node | None], str] = lambda one: _value(one, scope)  # noqa: E731
    match node:
        case None:
            return "undefined"
        case nodes.Const():
            return json.dumps(node.value)
        case nodes.Name():
            return f"v_{node.name}" if node.name in scope else f"get(given, {json.dumps(node.name)})"
        case nodes.List() | nodes.Tuple():
            return f"[{', '.join(map(value, node.items))}]"
        case nodes.Getattr():
            return f"get({value(node.node)}, {json.dumps(node.attr)})"
        case nodes.Getitem():
            return f"item({value(node.node)}, {value(node.arg)})"
        case nodes.Call():
            return _call(node, scope)
        case nodes.Filter():
            return f"filters.{node.name}({', '.join(map(value, [node.node, *node.args]))})"
        case nodes.Test():
            return f"({value(node.node)} {({'none': '=== null', 'defined': '!== undefined'})[node.name]})"
        case nodes.Compare():
            return _comparison(node, scope)
        case nodes.CondExpr():
            return f"(truthy({value(node.test)}) ? {value(node.expr1)} : {value(node.expr2)})"
        case nodes.Concat():
            return f"concat({', '.join(map(value, node.nodes))})"
        case nodes.Add():
            return f"add({value(node.left)}, {value(node.right)})"
        case nodes.FloorDiv():
            return f"Math.floor({value(node.left)} / {value(node.right)})"
        case nodes.Sub() | nodes.Mul() | nodes.Div():
            return f"({value(node.left)} {ARITHMETIC[type(node)]} {value(node.right)})"
        case nodes.And():
            return f"both({value(node.left)}, () => {value(node.right)})"
        case nodes.Or():
            return f"either({value(node.left)}, () => {value(node.right)})"
        case nodes.Not():
            return f"!truthy({value(node.node)})"
        case nodes.Neg():
            return f"(-{value(node.node)})"
    raise UntranslatedError(f"line {node.lineno}: {type(node).__name__}")


def _comparison(node: nodes.Compare, scope: Scope) -> str:
    if len(node.ops) != 1:
        raise UntranslatedError(f"line {node.lineno}: a chain of comparisons")
    (operand,) = node.ops
    left, right = _value(node.expr, scope), _value(operand.expr, scope)
    if operand.op in COMPARISONS:
        return f"({left} {COMPARISONS[operand.op]} {right})"
    function, negated = {"eq": ("same", ""), "ne": ("same", "!"), "in": ("within", ""), "notin": ("within", "!")}[
        operand.op
    ]
    return f"{negated}{function}({left}, {right})"
