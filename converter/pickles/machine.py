"""The stack machine: what a pickle stream would look up and call, found without doing it.

It follows the reference implementation opcode by opcode, with `symbols` in place of objects. It
never recurses and never calls anything. Where a stream is ambiguous, it is refused.
"""

from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING

from converter.errors import UnreadableError, UnsafeError
from converter.pickles import arrays, calls
from converter.pickles.opcodes import OPCODES
from converter.pickles.symbols import Instance, Mapping, Symbol, Value
from converter.pickles.tape import Tape

WIDE = 256
"""Entries; a batch of a dict that is larger is only searched for version stamps."""
STAMP = "_sklearn_version"
FAULTS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What a malformed stream makes of the machine."""


MOST_OBJECTS = 20_000_000
"""On the stack, or in the memo."""
MOST_MARKS = 1_000_000


class Machine:
    """One run over one stream. What it found stands in the public attributes.

    Args:
        tape: the bytes; left after the STOP opcode.
        raw_arrays: whether the reader takes joblib's raw array bytes from between the opcodes.
    """

    def __init__(self, tape: Tape, raw_arrays: bool = True) -> None:
        self.tape = tape
        self.raw_arrays = raw_arrays
        self.stack: list[Value] = []
        self.below: list[list[Value]] = []
        """The stacks under the open marks."""
        self.memo: dict[int, Value] = {}
        self.protocol = 0
        self.first_protocol = -1
        """What the stream says of itself; -1 where it does not."""
        self.text_memo = False
        """True where it memorises by text opcodes, as only protocol 0 does."""
        self.python2 = False
        """True where it holds opcodes that only Python 2 wrote."""
        self.symbols: dict[str, Symbol] = {}
        self.names: dict[str, None] = {}
        """What it looks up as a global."""
        self.reached: dict[str, None] = {}
        """What it looks up through getattr and its like."""
        self.modules: dict[str, None] = {}
        """What it imports through the importers of dill and cloudpickle."""
        self.stamps: dict[str, None] = {}
        self.made: list[Instance] = []
        """The functions, classes and code objects that it carries, as the calls that make them."""
        self.side_files: list[Instance] = []
        self.escaped: set[str] = set()
        """Lookups that got away in a nested pickle."""
        self.spent: dict[int, Value] = {}
        self.arrays = 0
        """Raw arrays passed over."""

    def run(self) -> Value:
        """Run to the STOP opcode, and give what it returns."""
        tape = self.tape
        try:
            for _ in range(tape.instructions):
                if tape.pos >= tape.limit:
                    tape.begin()
                    self._check_size()
                pos = tape.pos
                tape.pos = pos + 1
                code = tape.data[pos]
                if code == 46:  # STOP
                    break
                OPCODES[code](self)
            else:
                raise _swollen("has more instructions")
            result = self.stack.pop()
        except (
            IndexError,
            KeyError,
            ValueError,
            TypeError,
            AttributeError,
            OverflowError,
        ) as error:
            raise UnreadableError(
                f"The file is not a valid pickle: the instruction before byte "
                f"{tape.base + tape.pos:,} makes no sense."
            ) from error
        if self.below:
            raise UnreadableError("The file is not a valid pickle: it ends with an open mark.")
        tape.leave_frame()
        return result

    def _check_size(self) -> None:
        """Looked at now and then: a small file may unpack to objects without end."""
        if max(len(self.stack), len(self.memo)) > MOST_OBJECTS:
            raise _swollen("holds more objects")

    def open_mark(self) -> None:
        """Begin a new part of the stack."""
        if len(self.below) > MOST_MARKS:
            raise _swollen("is nested more deeply")
        self.below.append(self.stack)
        self.stack = []

    # --- what the opcodes are made of ---------------------------------------------------------

    def until_mark(self) -> list[Value]:
        """What was put on the stack since the last mark, which is lifted."""
        items = self.stack
        self.stack = self.below.pop()
        return items

    def look_up(self, module: Value, name: Value) -> None:
        """Push the global that the stream names."""
        if type(module) is not str or type(name) is not str:
            name, module = "", calls.COMPUTED
        elif self.protocol < 3:
            module, name = modern(module, name)
        self.push_symbol(f"{module}.{name}".removesuffix("."), self.names)

    def push_symbol(self, name: str, found: dict[str, None]) -> None:
        """Push the symbol `name`, counting it, and note it in `found`."""
        self.stack.append(self.symbol(name, found))

    def symbol(self, name: str, found: dict[str, None]) -> Symbol:
        """The one symbol of that name, which is about to stand on the stack."""
        name = calls.RENAMED.get(name, name)
        if name.startswith("dill.dill."):  # dill's own reader does the same
            name = name.replace("dill.dill.", "dill._dill.", 1)
        if name.startswith(("posix.", "nt.")):  # where os takes its functions from
            name = f"os.{name.partition('.')[2]}"
        found[name] = None
        symbol = self.symbols.get(name)
        if symbol is None:
            symbol = self.symbols[name] = Symbol(name)
        symbol.loose += 1
        return symbol

    def remember(self, key: int) -> None:
        """Note the top of the stack under `key`."""
        if not 0 <= key <= self.tape.base + self.tape.pos:
            raise UnreadableError("The pickle is malformed: it numbers more objects than it holds.")
        self.memo[key] = self.stack[-1]

    def recall(self, key: int) -> None:
        """Push what was noted under `key`."""
        value = self.memo[key]
        if type(value) is Symbol:
            value.loose += 1
        self.stack.append(value)

    def put_items(self, target: Value, items: list[Value]) -> None:
        """Set `items`, keys and values in turn, on `target`."""
        if len(items) % 2:
            raise ValueError
        keys = items[::2]
        if STAMP in keys:
            stamp = items[2 * keys.index(STAMP) + 1]
            self.stamps[stamp if type(stamp) is str else "?"] = None
        if type(target) is not Mapping:
            self.only_data(target)
        elif target.frozen:
            raise arrays.malformed("what describes an array changes after it was read")
        elif len(items) <= WIDE and all(type(key) is str for key in keys):
            target.items.update(zip(keys, items[1::2], strict=True))
        else:
            target.whole = False

    def only_data(self, target: Value) -> None:
        """Refuse to change what is a global itself: that would change a library."""
        if type(target) is Symbol:
            raise UnsafeError(
                f"The file changes {target.name} itself when it is loaded.",
                "No model has a need to; do not load this file.",
                names=(target.name,),
            )

    def build(self) -> None:
        """BUILD: give the object below the top its state."""
        state = self.stack.pop()
        target = self.stack[-1]
        self.only_data(target)
        if type(target) is not Instance:
            raise ValueError
        if target.cls in arrays.BUILT_ONCE and target.state is not None:
            raise UnreadableError("The pickle is malformed: it describes one array twice.")
        target.state = state
        if target.cls == arrays.DTYPE:
            arrays.check_dtype(target)
        if self.raw_arrays and target.cls in arrays.WRAPPERS:
            self.stack[-1] = arrays.pass_over(self, target)

    def adopt(self, inner: "Machine") -> None:
        """Take over what was found in a pickle nested in this one."""
        self.names |= inner.names
        if self.protocol < 3:  # joblib 1.6 looks the inner names up by the outer protocol
            self.names |= dict.fromkeys(".".join(modern(*_split(name))) for name in inner.names)
        self.reached |= inner.reached
        self.modules |= inner.modules
        self.stamps |= inner.stamps
        self.made += inner.made
        self.python2 |= inner.python2
        self.escaped |= inner.unresolved()

    def unresolved(self) -> set[str]:
        """The lookups (getattr and its like) that are used in a way that tells not what for.

        Raises UnreadableError where a joblib wrapper got away, since then a reader might take
        bytes for an array where we took them for opcodes.
        """
        away = {symbol.name for symbol in self.symbols.values() if symbol.loose}
        if away & arrays.WRAPPERS:
            raise arrays.malformed("it uses joblib's arrays in a way of its own")
        for name in away & calls.ARGUMENT_ONLY:
            self.reached[f"{name}.__new__"] = None
        return (away & calls.LOOKUPS.keys()) | self.escaped

    def spend(self, args: tuple[Value, ...]) -> bool:
        """Whether `args` are given to a call for the first time; a memo could give them again."""
        if id(args) in self.spent:
            return False
        if any(type(arg) is Symbol for arg in args):
            self.spent[id(args)] = args
        return True

    def call(self, function: Value, args: Value) -> None:
        """Push what calling `function` gives."""
        self.stack.append(calls.result(self, function, args))


def _swollen(what: str) -> UnreadableError:
    return UnreadableError(
        f"The file {what} than any model: it looks like a bomb.",
        "If it is a model of yours, dump it again without compression.",
    )


def _split(name: str) -> tuple[str, str]:
    module, _, last = name.rpartition(".")
    return module, last


def modern(module: str, name: str) -> tuple[str, str]:
    """The name in today's Python of what Python 2 called `module.name`."""
    if (module, name) in NAME_MAPPING:
        return NAME_MAPPING[module, name]
    return IMPORT_MAPPING.get(module, module), name
