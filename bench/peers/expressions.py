"""The values of expressions in PyTorch or JAX, as JSON on standard output, from questions as JSON on standard input.

`python3 expressions.py pytorch|jax`: a question has the lines of its code, the last of which is an expression, and the values
of the names in it. Everything is computed in double precision. A module gets the given parameters before it is called.
"""
import ast
import json
import math
import sys


def say(**answer):
    print(json.dumps(answer))
    sys.exit(0)


def evaluated(code, names):
    """The value of the last line, after all lines before it."""
    tree = ast.parse(code)
    last = tree.body.pop()
    if not isinstance(last, ast.Expr):
        raise SyntaxError("the last line is not an expression")
    exec(compile(tree, "row", "exec"), names)
    return eval(compile(ast.Expression(last.value), "row", "eval"), names)


def spelled(x):
    """A number or truth value of Python's as JSON holds it: as a number, or as text if JSON has none for it."""
    if isinstance(x, bool):
        return int(x)
    if isinstance(x, float) and not math.isfinite(x):
        return "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity"
    return x


def tensors_in(value):
    """The tensors of a tensor, tuple, list, or dict."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (tuple, list)):
        return [tensor for part in value for tensor in tensors_in(part)]
    return [value]


# The objective that optimizers are tried on, its steps, and the steps at which schedules are read.
STEPS = 4
SCHEDULE = 12


def expect_version(library, least):
    """Older versions lack functions that the expressions use."""
    found = tuple(int(part) for part in library.__version__.split("+")[0].split(".")[:2])
    if found < least:
        raise ImportError(f"{library.__name__} {library.__version__} is older than {least[0]}.{least[1]}")


class PyTorch:
    def __init__(self):
        import torch

        expect_version(torch, (2, 5))

        torch.set_default_dtype(torch.float64)
        torch.manual_seed(0)
        self.torch = torch
        self.version = torch.__version__
        self.given = {}
        torch.nn.modules.module.register_module_forward_pre_hook(self.load)

    def load(self, module, _):
        """Copies the given values into the parameters and buffers of a module, by the end of their names."""
        state = module.state_dict()
        ends = {name.split(".", 1)[1]: value for name, value in self.given.items() if "." in name}
        if state and all(name in ends for name, value in state.items() if value.dtype == self.torch.float64):
            with self.torch.no_grad():
                for name, value in state.items():
                    if name in ends:
                        value.copy_(ends[name])

    def tensor(self, dtype, shape, elements):
        types = {"f32": self.torch.float64, "i32": self.torch.int64, "bool": self.torch.bool}
        return self.torch.tensor([float(x) for x in elements], dtype=types["f32"]).to(types[dtype]).reshape(shape)

    def names(self, given):
        torch = self.torch
        self.given = given
        names = {"torch": torch, "nn": torch.nn, "F": torch.nn.functional, "optim": torch.optim, "math": math}
        return {**names, "objective": lambda w: objective(w, torch), **given}

    def optimizer(self, code, names):
        torch = self.torch
        w = names["w"] = torch.nn.Parameter(names["w"].clone())
        optimizer = evaluated(code, names)
        for _ in range(STEPS):
            optimizer.zero_grad()
            objective(w, torch).backward()
            optimizer.step()
        return w.detach()

    def schedule(self, code, names):
        torch = self.torch
        names["opt"] = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
        scheduler = evaluated(code, names)
        rates = []
        for _ in range(SCHEDULE):
            rates.append(names["opt"].param_groups[0]["lr"])
            names["opt"].step()
            scheduler.step()
        return torch.tensor(rates)

    def numbers(self, value):
        value = self.torch.as_tensor(value).detach()
        kind = "float" if value.is_floating_point() else "bool" if value.dtype == self.torch.bool else "int"
        return kind, list(value.shape), value.flatten().tolist()


class Jax:
    def __init__(self):
        import jax

        expect_version(jax, (0, 5))
        jax.config.update("jax_enable_x64", True)
        self.jax = jax
        self.version = jax.__version__

    def tensor(self, dtype, shape, elements):
        numpy = self.jax.numpy
        types = {"f32": numpy.float64, "i32": numpy.int64, "bool": numpy.bool_}
        return numpy.array([float(x) for x in elements], dtype=types["f32"]).astype(types[dtype]).reshape(shape)

    def names(self, given):
        jax = self.jax
        names = {"jax": jax, "jnp": jax.numpy, "lax": jax.lax, "nn": jax.nn, "math": math, **given}
        names["key"] = jax.random.PRNGKey(0)
        try:
            import optax

            names["optax"] = optax
        except ImportError:
            pass
        return names

    def optimizer(self, code, names):
        optimizer = evaluated(code, names)
        w = names["w"]
        state = optimizer.init(w)
        for _ in range(STEPS):
            gradient = self.jax.grad(lambda w: objective(w, self.jax.numpy))(w)
            updates, state = optimizer.update(gradient, state, w)
            w = w + updates
        return w

    def schedule(self, code, names):
        return self.jax.numpy.array([evaluated(code, names)(step) for step in range(SCHEDULE)])

    def numbers(self, value):
        numpy = self.jax.numpy
        value = numpy.asarray(value)
        kinds = {"f": "float", "b": "bool"}
        return kinds.get(value.dtype.kind, "int"), list(value.shape), value.flatten().tolist()


def objective(w, library):
    """Half a sum of squares that are weighted 1, 2, ..., with the minimum at 1."""
    weights = library.arange(1, w.shape[0] + 1)
    return (weights * (w - 1) ** 2).sum() / 2


def answer(library, question):
    given = {name: library.tensor(**value) for name, value in question["values"].items()}
    names = library.names(given)
    try:
        if question["measure"] == "value":
            found = evaluated(question["code"], names)
        else:
            found = getattr(library, question["measure"])(question["code"], names)
        numbers = [library.numbers(tensor) for tensor in tensors_in(found)]
    except NameError as error:
        if error.name in ("optax",):
            return {"tag": "Skipped", "reason": f"there is no {error.name}"}
        return {"tag": "Failed", "reason": repr(error)}
    except Exception as error:
        return {"tag": "Failed", "reason": repr(error)}
    return {
        "tag": "Value",
        "numbers": [
            {"kind": kind, "shape": shape, "elements": [spelled(x) for x in elements]}
            for kind, shape, elements in numbers
        ],
    }


def main(name):
    questions = json.load(sys.stdin)
    try:
        library = PyTorch() if name == "pytorch" else Jax()
    except ImportError as error:
        say(tag="Skipped", reason=str(error))
    answers = {question["name"]: answer(library, question) for question in questions}
    say(tag="Answered", version=library.version, answers=answers)


main(sys.argv[1])
