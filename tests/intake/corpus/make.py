"""Writes the notebooks of this folder: `python tests/intake/corpus/make.py`.

One honest student's notebook, T1 to T6 of logic_gates solved, as it comes back from
different programs and accidents. `test_notebook_corpus.py` says what each must earn.
"""

import json
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
KERNEL = {
    "display_name": "Python 3 (ipykernel)",
    "language": "python",
    "name": "python3",
}
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": "3.11.7",
}
METADATA = {"kernelspec": KERNEL, "language_info": LANGUAGE}

IMPORTS = "import matplotlib.pyplot as plt\nimport numpy as np"
DATA = """\
X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
TARGETS = {
    "AND": np.array([0, 0, 0, 1]),
    "OR": np.array([0, 1, 1, 1]),
    "NAND": np.array([1, 1, 1, 0]),
    "NOR": np.array([1, 0, 0, 0]),
    "XOR": np.array([0, 1, 1, 0]),
}"""
STEP = "def step(z):\n    return (np.asarray(z) > 0).astype(int)"
PERCEPTRON = (
    "def perceptron(X, w, b):\n    return step(np.asarray(X) @ np.asarray(w) + b)"
)
CINEMA = """\
def cinema(threshold):
    answers = np.array([[t, p, c] for t in (0, 1) for p in (0, 1) for c in (0, 1)])
    return perceptron(answers, np.array([6, 2, 2]), -threshold)"""
CINEMA_RANGE = "def cinema_range():\n    return 4, 6"
GATES = """\
def gates():
    return {
        "AND": (np.array([1.0, 1.0]), -1.5),
        "OR": (np.array([1.0, 1.0]), -0.5),
        "NAND": (np.array([-1.0, -1.0]), 1.5),
        "NOR": (np.array([-1.0, -1.0]), 0.5),
    }"""
SIGMOID = """\
def sigmoid(z):
    # stable for any z
    small = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1, small) / (1 + small)"""
BCE_SUM = """\
def bce_sum(y, h):
    y, h = np.asarray(y), np.asarray(h)
    return -np.sum(y * np.log(h) + (1 - y) * np.log(1 - h))"""
NEURON_GRAD = """\
def neuron_grad(X, y, w, b):
    X = np.asarray(X)
    error = sigmoid(X @ w + b) - y
    return X.T @ error, error.sum()"""
CHECK = 'from grader.notebook import check\n\ncheck("logic_gates")'


def code(source, **fields):
    """Return a code cell as Jupyter keeps it."""
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }
    return cell | fields


def text(source, **fields):
    """Return a markdown cell."""
    cell = {
        "cell_type": "markdown",
        "metadata": {},
        "source": source.splitlines(keepends=True),
    }
    return cell | fields


def stub(name, task, arguments):
    """Return a cell as the lab's stub has it."""
    body = f'    """Say what {name} returns."""\n    raise NotImplementedError'
    return code(f'def {name}({arguments}):\n{body}("{task}: write {name}")')


def honest():
    """Return the cells of the whole notebook; their numbers are those of the tests."""
    return [
        text("# Perceptron logic gates"),  # 1
        code(IMPORTS),  # 2
        code(DATA),  # 3
        text("## T1 · The step"),  # 4
        code(STEP),  # 5
        code(PERCEPTRON),  # 6
        text("## T3 · To the cinema?"),  # 7
        code(CINEMA),  # 8
        code(CINEMA_RANGE),  # 9
        code(GATES),  # 10
        text("## T5 · The sigmoid"),  # 11
        code(SIGMOID),  # 12
        code(BCE_SUM),  # 13
        code(NEURON_GRAD),  # 14
        code(CHECK),  # 15
    ]


def document(cells, *, metadata=METADATA, minor=5, **fields):
    """Return a notebook of format 4; from 4.5 on its cells get ids."""
    if minor >= 5:
        cells = [{"id": f"c{n:07d}", **cell} for n, cell in enumerate(cells, start=1)]
    base = {"cells": cells, "metadata": metadata, "nbformat": 4}
    return base | {"nbformat_minor": minor} | fields


def saved(content, *, indent=1, newline="\n"):
    """Return the bytes that Jupyter writes: text as it is, in UTF-8."""
    written = json.dumps(content, indent=indent, ensure_ascii=False) + "\n"
    return written.replace("\n", newline).encode()


def changed(changes, **fields):
    """Return the honest notebook with some cells replaced, by number; None deletes."""
    cells = [changes.get(n, cell) for n, cell in enumerate(honest(), start=1)]
    return saved(document([cell for cell in cells if cell is not None], **fields))


def with_more(*more, **fields):
    """Return the honest notebook with cells behind its own."""
    return saved(document([*honest(), *more], **fields))


def picture(data=PNG):
    """Return the output of a cell that drew something."""
    return {
        "output_type": "display_data",
        "data": {"image/png": data, "text/plain": ["<Figure size 640x480>"]},
        "metadata": {},
    }


# --- programs that notebooks come from


def jupyterlab():
    cells = honest()
    cells[1]["execution_count"] = 1
    cells[11]["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": ["0.5\n"]},
        picture(),
    ]
    widgets = {"application/vnd.jupyter.widget-state+json": {"state": {}, "version": 2}}
    return saved(document(cells, metadata=METADATA | {"widgets": widgets}))


def _colab(cells):
    ids = [
        cell | {"metadata": {"id": f"hX{n:02d}kQ", "colab": {"base_uri": "https://x"}}}
        for n, cell in enumerate(cells)
    ]
    # Colab writes the cells last, and of a cell the outputs
    head = {
        "nbformat": 4,
        "nbformat_minor": 0,
        "metadata": {
            "colab": {"provenance": [{"file_id": "1a", "timestamp": 1700000000000}]},
            "kernelspec": {"name": "python3", "display_name": "Python 3"},
            "language_info": {"name": "python"},
            "accelerator": "GPU",
        },
    }
    fields = ("cell_type", "source", "metadata", "execution_count", "outputs")
    return head | {
        "cells": [{f: cell[f] for f in fields if f in cell} for cell in ids],
    }


def colab():
    cells = honest()
    cells[1] = code(
        '#@title Setup { display-mode: "form" }\n'
        "!pip install -q numpy\n"
        "from google.colab import drive\n"
        "drive.mount('/content/drive')\n"
        "%cd /content/drive/MyDrive\n" + IMPORTS
    )
    cells[2] = code(
        "from google.colab import files\nuploaded = files.upload()\n" + DATA
    )
    cells.insert(3, code('lr = 0.1 #@param {type:"slider", min:0, max:1}\nlr'))
    return saved(_colab(cells), indent=2)


def colab_guarded():
    cells = honest()
    cells[1] = code(
        "try:\n    from google.colab import drive\n    drive.mount('/content/drive')\n"
        "    IN_COLAB = True\nexcept ImportError:\n    IN_COLAB = False\n"
        "if IN_COLAB:\n    %cd /content/drive\n    !ls\n" + IMPORTS
    )
    return saved(_colab(cells), indent=2)


def vscode():
    cells = honest()
    for cell in cells:
        cell["metadata"] = {"vscode": {"languageId": "python"}}
    del cells[4]["execution_count"]
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    metadata |= {"orig_nbformat": 4, "vscode": {"interpreter": {"hash": "ab" * 32}}}
    return saved(document(cells, metadata=metadata, minor=2))


def kaggle():
    cells = honest()
    cells[1] = code(
        "# This Python 3 environment comes with many helpful libraries installed\n"
        "import numpy as np\nimport os\n"
        "for dirname, _, filenames in os.walk('/kaggle/input'):\n"
        "    for filename in filenames:\n"
        "        print(os.path.join(dirname, filename))\n"
        "extra = np.loadtxt('/kaggle/input/gates/gates.csv')\n"
        "import matplotlib.pyplot as plt",
        metadata={"_uuid": "8f2839f25d086af736a60e9eeb907d3b93b6e0e5", "trusted": True},
    )
    metadata = METADATA | {"kaggle": {"accelerator": "none", "dataSources": []}}
    return saved(document(cells, metadata=metadata, minor=4))


def deepnote():
    cells = honest()
    for n, cell in enumerate(cells):
        cell["metadata"] = {
            "cell_id": f"00{n:03d}",
            "deepnote_cell_type": "code",
            "tags": [],
            "source_hash": "b623e53d",
            "deepnote_to_be_reexecuted": False,
        }
    metadata = {"deepnote": {"is_reactive": False}, "orig_nbformat": 2}
    return saved(document(cells, metadata=metadata, minor=2))


def nbgrader():
    cells = honest()
    marks = {"schema_version": 3, "points": 8, "locked": True, "task": False}
    cells[4] = code(
        "def step(z):\n    ### BEGIN SOLUTION\n"
        "    return (np.asarray(z) > 0).astype(int)\n    ### END SOLUTION",
        metadata={"nbgrader": marks | {"grade": False, "solution": True}},
    )
    test = code(
        "### BEGIN HIDDEN TESTS\nassert step(np.array([1.0])).tolist() == [1]\n"
        "assert step(np.array([0.0])).tolist() == [1], 'zero is one'\n"
        "### END HIDDEN TESTS",
        metadata={"nbgrader": marks | {"grade": True, "solution": False}},
    )
    cells.insert(5, test)
    return saved(document(cells))


# --- formats of other decades


def _old_cells():
    for cell in honest():
        if cell["cell_type"] == "markdown":
            yield {"cell_type": "markdown", "source": cell["source"]}
        else:
            yield {
                "cell_type": "code",
                "collapsed": False,
                "input": cell["source"],
                "language": "python",
                "outputs": [],
            }


def nbformat_2():
    sheet = {"cells": [{**c, **_joined(c)} for c in _old_cells()]}
    metadata = {"name": "logic_gates"}
    return saved({"metadata": metadata, "nbformat": 2, "worksheets": [sheet]})


def _joined(cell):
    key = "input" if "input" in cell else "source"
    return {key: "".join(cell[key])}


def nbformat_3():
    cells = list(_old_cells())
    cells[0] = {"cell_type": "heading", "level": 1, "source": ["Logic gates"]}
    cells[1]["input"] = ["%pylab inline\n", *cells[1]["input"]]
    sheet = {"cells": cells, "metadata": {}}
    content = {"metadata": {"name": "", "signature": "sha256:0"}, "nbformat": 3}
    return saved(content | {"nbformat_minor": 0, "worksheets": [sheet]})


def format_4_without_ids():
    cells = [{k: v for k, v in c.items() if k != "metadata"} for c in honest()]
    return saved({"cells": cells, "nbformat": 4, "nbformat_minor": 5})


def sources_are_strings():
    cells = [cell | {"source": "".join(cell["source"])} for cell in honest()]
    return saved(document(cells), indent=None)


def python_2():
    cells = honest()
    cells[11] = code("print 'T5'\n" + SIGMOID)
    metadata = {
        "kernelspec": {
            "display_name": "Python 2",
            "name": "python2",
            "language": "python",
        },
        "language_info": {"name": "python", "version": "2.7.18"},
    }
    return saved(document(cells, metadata=metadata, minor=0))


def r_kernel():
    metadata = {
        "kernelspec": {"display_name": "R", "language": "R", "name": "ir"},
        "language_info": {"name": "R", "version": "4.3.1"},
    }
    return saved(
        document([code("step <- function(z) as.integer(z > 0)")], metadata=metadata)
    )


# --- bytes


def with_bom_and_windows_line_ends():
    return b"\xef\xbb\xbf" + saved(document(honest()), newline="\r\n")


def utf_16():
    return saved(document(honest())).decode().encode("utf-16")


def _with_words(words):
    cells = honest()
    cells[11] = code(f"# {words}\n" + SIGMOID)
    return saved(document(cells)).decode().replace("·", "-")


def windows_1251():
    return _with_words("Сигмоида: гладкая ступенька").encode("cp1251")


def windows_1252():
    return _with_words("la sigmoïde est lissée, déjà vu").encode("cp1252")


def one_broken_byte():
    return saved(document(honest())).replace("·".encode(), b"\xc2", 1)


def filled_with_nulls():
    return saved(document(honest())) + b"\0" * 512


def tail_of_an_older_save():
    return saved(document(honest())) + b' "nbformat_minor": 5\n}\n'


def raw_line_breaks():
    return saved(document(honest())).replace(
        b"stable for any z\\n", b"stable for any z\n"
    )


def cut_off():
    whole = saved(document(honest()))
    return whole[: whole.index(b"def bce_sum") + 30]


def cut_off_in_an_output():
    cells = honest()
    cells[12]["outputs"] = [picture(PNG * 3)]
    whole = saved(_colab(cells), indent=2)
    return whole[: whole.index(PNG.encode()) + 40]


def comma_lost():
    whole = saved(document(honest()))
    at = whole.index(b'"def gates')
    return whole[: at - 20] + whole[at - 20 :].replace(b'",\n', b'"\n', 1)


def merge_conflict():
    mine, theirs = (f'    "    return {lo}, 6"\n' for lo in (4, 5))
    conflict = f"<<<<<<< HEAD\n{mine}=======\n{theirs}>>>>>>> upstream/main\n"
    return saved(document(honest())).replace(mine.encode(), conflict.encode())


def merge_conflict_in_a_cell():
    both = "<<<<<<< HEAD\n    return 4, 6\n=======\n    return 5, 6\n>>>>>>> theirs"
    return changed({9: code("def cinema_range():\n" + both)})


def not_a_number_and_doubled_keys():
    whole = saved(document(honest())).decode()
    whole = whole.replace('"version": "3.11.7"', '"version": NaN, "version": Infinity')
    return whole.replace('"cells": [', '"cells": [],\n "cells": [', 1).encode()


def python_named_ipynb():
    return f"{IMPORTS}\n\n\n{DATA}\n\n\n{STEP}\n\n\n{PERCEPTRON}".encode()


# --- what gets into the text of a cell


def smart_quotes():
    quoted = GATES.replace('"AND"', "“AND”").replace('"OR"', "”OR”")
    return changed({10: code(quoted.replace("-1.0", "−1.0", 1))})


def invisible_characters():
    odd = SIGMOID.replace("    small", "\u00a0\u00a0\u00a0\u00a0small")
    return changed(
        {
            5: code('NAME = "no\u00a0break"\n' + STEP),
            12: code(odd.replace("np.abs", "np\u200b.abs")),
        }
    )


def tabs_and_spaces():
    mixed = SIGMOID.replace("    small", "\tsmall")
    return changed({12: code(mixed.replace("    return", "        return"))})


def pasted_prompts():
    prompts = STEP.replace("def", ">>> def").replace("    return", "...     return")
    return changed(
        {
            5: code(prompts),
            9: code("In [7]: def cinema_range():\n   ...:     return 4, 6"),
        }
    )


# --- cells


def code_turned_to_markdown():
    return changed({12: text(SIGMOID)})


def code_in_fences_and_raw_cells():
    fenced = f"My solution:\n\n```python\n{SIGMOID}\n```\n"
    raw = {"cell_type": "raw", "metadata": {}, "source": CINEMA_RANGE}
    return changed({9: raw, 12: text(fenced)})


def markdown_turned_to_code():
    prose = "## T5 · The sigmoid\n\nA step has no useful derivative."
    return changed({11: code(prose), 7: code("# just a title")})


def function_deleted():
    return changed({12: None})


def helper_deleted():
    helped = "def cinema(threshold):\n    return perceptron(all_answers(), [6, 2, 2], -threshold)"
    return changed({8: code(helped)})


def reordered():
    cells = honest()
    annotated = SIGMOID.replace("sigmoid(z)", "sigmoid(z) -> np.ndarray")
    cells[11] = code(annotated)
    # the first cells come last
    return saved(document([*cells[3:], *cells[:3]]))


def split_function():
    first, second = SIGMOID.rsplit("\n", 1)
    cells = honest()
    cells[11:12] = [code(first), code(second)]
    return saved(document(cells))


def split_expression():
    cells = honest()
    first, second = GATES.split('        "NAND"')
    cells[9:10] = [code(first), text("NAND and NOR:"), code('        "NAND"' + second)]
    return saved(document(cells))


def defined_twice():
    return with_more(code("def cinema_range():\n    return 2, 6"))


def pasted_twice():
    return saved(document([*honest(), *honest()]))


def stubs_left_below():
    return with_more(
        text("# The lab's own cells"),
        stub("step", "T1", "z"),
        stub("sigmoid", "T5", "z"),
        stub("train_neuron", "T7", "X, y, lr=0.1, steps=1000, seed=0"),
    )


def empty():
    return saved(document([]))


def only_outputs():
    cells = [code("", outputs=[picture()], execution_count=n) for n in range(1, 4)]
    return saved(document(cells))


def attachments():
    cells = honest()
    cells[0]["attachments"] = {"image.png": {"image/png": PNG}}
    cells[0]["source"] = ["![image.png](attachment:image.png)"]
    return saved(document(cells))


# --- what the code does


def magics():
    return changed(
        {
            2: code(
                "%matplotlib widget\n%load_ext autoreload\n%autoreload 2\n"
                "%pip install -q numpy\n!pip install -q \\\n    matplotlib\n" + IMPORTS
            ),
            3: code("files = !ls *.csv\nhere = %pwd\nprint(files, here)\n" + DATA),
            5: code("%%time\n" + STEP),
            6: code("%%capture out\n%%timeit -n1 -r1\n" + PERCEPTRON),
            9: code(
                CINEMA_RANGE + "\n\n%time lo, hi = cinema_range()\nlo < hi or 1 / 0"
            ),
            10: code(
                "?np.array\nnp.sum??\n" + GATES + "\n%timeit gates()\n!cd .. && ls"
            ),
            12: code("import os\n%cd -q ..\n%env HOME\n" + SIGMOID + "\nos.getcwd()"),
        }
    )


def other_cell_magics():
    return changed(
        {
            2: code("%%bash\npip install numpy\nls -la"),
            4: code("%%html\n<h1>T1</h1>"),
            5: code(IMPORTS + "\n" + STEP),
            3: code("import numpy as np\n" + DATA),
            11: code("%%javascript\nalert(1)"),
        }
    )


def written_to_a_file():
    functions = f"{IMPORTS}\n\n{STEP}\n\n{PERCEPTRON}\n\n{SIGMOID}"
    return changed(
        {
            5: code("%%writefile gates_lib.py\n" + functions),
            6: code("%run gates_lib.py"),
            12: code("from gates_lib import sigmoid\nsigmoid(0)"),
            11: code("%%writefile notes.txt\nT5: the sigmoid"),
        }
    )


def waits_and_asks():
    return changed(
        {
            4: code("import asyncio\nawait asyncio.sleep(0)\nready = True"),
            9: code("assert ready\n" + CINEMA_RANGE),
            10: code("name = input('Your name: ')\nprint(name)\n" + GATES),
        }
    )


def shows_and_widgets():
    return changed(
        {
            4: code(
                "from ipywidgets_that_are_not_there import interact\n\n"
                "@interact(lr=(0.0, 1.0))\ndef show(lr=0.1):\n    plt.plot([lr])\n"
                "    plt.show()\n\n" + STEP
            ),
            5: code(
                "plt.plot([0, 1], [1, 0])\nplt.show()\ndisplay(plt.gcf())\nplt.close('all')"
            ),
            11: code(
                "get_ipython().run_line_magic('matplotlib', 'inline')\n"
                "shell = get_ipython().__class__.__name__"
            ),
        }
    )


def exits():
    return changed(
        {
            4: code("exit()"),
            7: code("import sys\nsys.exit(1)"),
            11: code("import os\nos.kill(os.getpid(), 9)  # restart the runtime"),
        }
    )


def fails_in_the_middle():
    return changed(
        {
            5: code("print(w_trained)\n\n" + STEP + "\n\nprint(step(w_trained))"),
            12: code(SIGMOID + "\n\nsigmoid(undefined)\n\n" + BCE_SUM),
            13: None,
        }
    )


def asserts_left():
    return changed(
        {4: code("assert False, 'remove me'"), 15: code("assert step(1) == 2")}
    )


def stale_names():
    return changed(
        {4: code("print(losses[-1])\nplt.plot(losses)"), 11: code("del step_old")}
    )


def endless_loop():
    return changed(
        {
            4: code(
                "while True:\n    try:\n        int(input())\n        break\n"
                "    except:\n        pass"
            )
        }
    )


def syntax_error():
    return changed({12: code(SIGMOID.replace("def sigmoid(z):", "def sigmoid(z)"))})


def writers() -> dict[str, Callable[[], bytes]]:
    """Return what writes each file, by its name."""
    functions = (
        *(jupyterlab, colab, colab_guarded, vscode, kaggle, deepnote, nbgrader),
        *(nbformat_2, nbformat_3, format_4_without_ids, sources_are_strings, python_2),
        *(r_kernel, with_bom_and_windows_line_ends, utf_16, windows_1251, windows_1252),
        *(one_broken_byte, filled_with_nulls, tail_of_an_older_save, raw_line_breaks),
        *(cut_off, cut_off_in_an_output, comma_lost, merge_conflict),
        *(merge_conflict_in_a_cell, not_a_number_and_doubled_keys, python_named_ipynb),
        *(smart_quotes, invisible_characters, tabs_and_spaces, pasted_prompts),
        *(code_turned_to_markdown, code_in_fences_and_raw_cells, function_deleted),
        *(markdown_turned_to_code, helper_deleted, reordered, split_function),
        *(split_expression, defined_twice, pasted_twice, stubs_left_below, empty),
        *(only_outputs, attachments, magics, other_cell_magics, written_to_a_file),
        *(waits_and_asks, shows_and_widgets, exits, fails_in_the_middle, asserts_left),
        *(stale_names, endless_loop, syntax_error),
    )
    return {f"{one.__name__}.ipynb": one for one in functions}


if __name__ == "__main__":
    for name, write in writers().items():
        (HERE / name).write_bytes(write())
