extension Network {
    /// The network without the nodes that its output does not need; the input stays.
    package var pruned: Network {
        var isNeeded = [Bool](repeating: false, count: nodes.count)
        isNeeded[0] = true
        isNeeded[output] = true
        for id in nodes.indices.reversed() where isNeeded[id] {
            for input in nodes[id].inputs { isNeeded[input] = true }
        }
        var places = [Node.ID](repeating: 0, count: nodes.count)
        var kept: [Node] = []
        for (id, node) in nodes.enumerated() where isNeeded[id] {
            places[id] = kept.count
            kept.append(
                Node(
                    operation: node.operation, inputs: node.inputs.map { places[$0] },
                    shape: node.shape))
        }
        return Network(nodes: kept, output: places[output])
    }
}
