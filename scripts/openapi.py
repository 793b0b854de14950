"""Whether the examples of an OpenAPI document are valid, and whether a server answers them as the document says.

Called by `scripts/openapi`: openapi.py DOCUMENT COMMAND.., where the command starts the server and says its address.
"""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from urllib.parse import quote

from jsonschema import Draft202012Validator

JSON = "application/json"
# Rows are there before they are read, and as long as they are.
ORDER = ["post", "get", "head", "put", "patch", "delete"]
HEADERS = ["ETag", "Link", "Location", "X-Total-Count", "Preference-Applied"]


class Document:
    def __init__(self, path):
        with open(path) as file:
            self.root = json.load(file)

    def resolve(self, node):
        while "$ref" in node:
            found = self.root
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node

    def problems(self, schema, value):
        schema = {**schema, "components": self.root["components"]}
        return [problem.message for problem in Draft202012Validator(schema).iter_errors(value)]

    def operations(self):
        paths = self.root["paths"].items()
        operations = [
            (method, path, {**of, "parameters": methods.get("parameters", []) + of.get("parameters", [])})
            for path, methods in paths
            for method, of in methods.items()
            if method != "parameters"
        ]
        return sorted(operations, key=lambda one: (ORDER.index(one[0]), one[1].count("/"), one[1]))

    def examples(self, node=None):
        """Each schema with an example of it."""
        node = self.root if node is None else node
        if isinstance(node, dict):
            if isinstance(node.get("schema"), dict) and "example" in node:
                yield node["schema"], node["example"]
            if "properties" in node and isinstance(node.get("examples"), list):
                yield from ((node, example) for example in node["examples"])
        for child in node.values() if isinstance(node, dict) else node:
            if isinstance(child, (dict, list)):
                yield from self.examples(child)


def all_includes(document, schema):
    """A filter that includes all that may be included."""
    include = document.resolve(schema)["properties"].get("include")
    choices = document.resolve(include["anyOf"][0])["anyOf"] if include else []
    return {"include": [choice["const"] for choice in choices if "const" in choice]}


def request(document, address, method, path, operation, includes):
    query = []
    for parameter in map(document.resolve, operation.get("parameters", [])):
        content = parameter.get("content", {}).get(JSON, {})
        if parameter["in"] == "path":
            path = path.replace("{%s}" % parameter["name"], quote(str(parameter["example"])))
        elif "example" in content:
            value = content["example"]
            if includes and parameter["name"] == "filter":
                value = all_includes(document, content["schema"])
            query.append(f"{parameter['name']}={quote(json.dumps(value))}")
    body = document.resolve(operation.get("requestBody", {})).get("content", {}).get(JSON, {}).get("example")
    url = address + path + ("?" + "&".join(query) if query else "")
    data = None if body is None else json.dumps(body).encode()
    return urllib.request.Request(url, method=method.upper(), data=data, headers={"Content-Type": JSON})


def send(request):
    try:
        return urllib.request.urlopen(request, timeout=300)
    except urllib.error.HTTPError as error:
        return error


def check_answer(document, operation, answer):
    described = operation["responses"].get(str(answer.status))
    if described is None:
        return ["the status is not in the document"]
    if answer.status in (400, 415, 422):
        return [f"the example is refused: {answer.read()!r}"]
    described = document.resolve(described)
    content = described.get("content", {}).get(JSON)
    text = answer.read()
    problems = [
        f"the header {name} is not in the document"
        for name in HEADERS
        if answer.headers.get(name) and name not in described.get("headers", {})
    ]
    if text and content is None:
        problems.append("the body is not in the document")
    elif text:
        problems.extend(document.problems(content["schema"], json.loads(text)))
    return problems


def check_server(document, address):
    count = 0
    for includes in (False, True):
        for method, path, operation in document.operations():
            wanted = request(document, address, method, path, operation, includes)
            answer = send(wanted)
            count += 1
            for problem in check_answer(document, operation, answer):
                sys.exit(f"{method.upper()} {wanted.full_url}: {answer.status}: {problem}")
    return count


def main():
    document = Document(sys.argv[1])
    examples = list(document.examples())
    for schema, example in examples:
        for problem in document.problems(schema, example):
            sys.exit(f"the example {example}: {problem}")
    if not examples:
        sys.exit("the document has no examples")
    server = subprocess.Popen(sys.argv[2:], stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        address = server.stderr.readline().split(" ")[0]
        # What the server says is thrown away, so that it does not wait for a reader.
        subprocess.Popen(["cat"], stdin=server.stderr, stdout=subprocess.DEVNULL)
        count = check_server(document, address)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
    print(f"{len(examples)} examples are valid; {count} answers are as the document says")


main()
