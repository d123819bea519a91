import Networks

/// The layers' definitions as loops, planar feature maps, sums in double precision.
enum ReferenceLoops {}
