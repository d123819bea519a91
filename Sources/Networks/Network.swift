/// A network as a value: what is computed from what, and which parameters that takes.
///
/// Nodes stand in an order in which every node follows its inputs. A network holds no weights and
/// does no arithmetic; a checkpoint brings the one, inference the other.
package struct Network: Sendable {
    /// The nodes, each after its inputs; the first is the input.
    package let nodes: [Node]
    /// The node whose value is the network's output.
    package let output: Node.ID

    /// Builds the network that turns an image of `shape` into logits; throws what `build` throws.
    package init(input shape: Shape, _ build: (Value) throws -> Value) rethrows {
        let graph = GraphBuilder(input: shape)
        let value = try build(Value(graph: graph, id: 0))
        nodes = graph.nodes
        output = value.id
    }

    /// A network of these nodes, each after its inputs.
    init(nodes: [Node], output: Node.ID) {
        self.nodes = nodes
        self.output = output
    }

    /// The extent of one input image.
    package var input: Shape { nodes[0].shape }

    /// The length of the output vector.
    package var classes: Int { nodes[output].shape.count }
}

/// One step of a network.
package struct Node: Sendable, Hashable {
    /// A node's place in ``Network/nodes``.
    package typealias ID = Int

    /// What is computed.
    package let operation: Operation
    /// From which nodes, in the operation's order.
    package let inputs: [ID]
    /// The extent of the result for one image.
    package let shape: Shape
}

/// Collects the nodes while a network is being written down.
final class GraphBuilder {
    private(set) var nodes: [Node]

    init(input shape: Shape) {
        nodes = [Node(operation: .input, inputs: [], shape: shape)]
    }

    func add(_ operation: Operation, _ inputs: [Node.ID], _ shape: Shape) -> Node.ID {
        nodes.append(Node(operation: operation, inputs: inputs, shape: shape))
        return nodes.count - 1
    }
}
