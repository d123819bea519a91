import Networks

/// A rare layer by plain loops over planar f32.
struct PlainStep: Step {
    let layer: PlainLayer
    let inputs: [(index: Int, layout: MapLayout)]
    let output: Int
    let layout: MapLayout

    func run(_ frame: Frame) {
        let values = inputs.map { input in
            PlainLoops.Map(
                shape: input.layout.shape,
                numbers: PlanarMap(layout: input.layout, place: frame.places[input.index]).numbers)
        }
        PlanarMap(layout: layout, place: frame.places[output])
            .store(PlainLoops.result(of: layer, values, shape: layout.shape))
    }
}
