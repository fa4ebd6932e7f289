"""Kinds of import contracts that import-linter lacks: they hold for every package of the domain, without a list of them."""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from importlinter.contracts.layers import LayersContract


class Rooms(LayersContract):
    """Layers inside every package, except the packages in ``frame``, which are not of the domain."""

    type_name = "rooms"

    frame: Any = fields.SetField(subfield=fields.StringField())

    def validate(self) -> None:
        """Nothing to check yet: which packages there are is known only with the graph."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Check layers, with each package as a container."""
        containers = sorted(_packages(graph) - self.frame)
        self.containers: Any = [fields.ModuleExpressionField().parse(package) for package in containers]
        return super().check(graph, verbose)


class OwnRooms(Contract):
    """Rooms that nothing outside of their package imports; ``shared`` packages open theirs to all."""

    type_name = "own_rooms"

    rooms: Any = fields.ListField(subfield=fields.StringField())
    shared: Any = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every import of such a room or of a module in it."""
        strangers = []
        for package in _packages(graph) - self.shared:
            for room in (f"{package}.{name}" for name in self.rooms):
                inside = {room, *graph.find_descendants(room)} if room in graph.modules else set()
                strangers += [
                    (importer, module)
                    for module in inside
                    for importer in graph.find_modules_that_directly_import(module)
                    if not importer.startswith(f"{package}.")
                ]
        return ContractCheck(kept=not strangers, metadata={"strangers": sorted(strangers)})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line for each import."""
        for importer, module in check.metadata["strangers"]:
            output.print(f"{importer} imports {module}, which is a room of another package")


def _packages(graph: ImportGraph) -> set[str]:
    """The sub-packages of the root package, without single modules."""
    root = next(module for module in graph.modules if "." not in module)
    return {child for child in graph.find_children(root) if graph.find_children(child)}
