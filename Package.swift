// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// A target of our own: what it may import stands in its row and nowhere else.
func room(_ name: String, _ imports: [Target.Dependency] = [], resources: [Resource] = []) -> Target
{
    .target(name: name, dependencies: imports, resources: resources, swiftSettings: settings)
}

/// A test target; `fixtures` are files that its tests open beside their sources.
func suite(
    _ name: String, _ imports: [Target.Dependency], fixtures: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: imports + ["TestSupport"], exclude: fixtures,
        swiftSettings: settings)
}

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(
    name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(
    name: "HummingbirdTLS", package: "hummingbird")
let lifecycle = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "pipeline",
    products: [.executable(name: "pipeline", targets: ["pipeline"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // System libraries: a module map, and `static inline` for what Swift cannot call.
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl"),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CSPNG", pkgConfig: "spng"),
        .systemLibrary(name: "CTurboJPEG", pkgConfig: "libjpeg"),
        .systemLibrary(name: "CWebP", pkgConfig: "libwebp"),
        .systemLibrary(name: "CZip", pkgConfig: "libzip"),
        .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-Wall", "-Werror"])]),

        // The vocabulary, and networks as values.
        room("PipelineCore", [crypto]),
        room("Networks"),
        room("Models", ["Networks", "PipelineCore"], resources: [.embedInCode("Resources")]),
        room("Definitions", ["PipelineCore", yams]),

        // What computes.
        room("Checkpoints"),
        room("Interchange", ["Networks", "Checkpoints", protobuf]),
        room("Inference", ["Networks", "Checkpoints", "CKernels"]),
        room("Imaging", ["PipelineCore", "CTurboJPEG", "CSPNG", "CWebP", "CKernels"]),
        room("Ensembles", ["PipelineCore"]),

        // What keeps and moves.
        room("Transport", ["CCurl"]),
        room("Buckets", ["PipelineCore", "Transport"]),
        room("Datasets", ["Buckets", "PipelineCore", "Transport", crypto]),
        room(
            "Weights",
            [
                "Models", "Networks", "Checkpoints", "Interchange", "PipelineCore", "Transport",
                "CZip", crypto, subprocess, systemPackage,
            ]),
        room("Results", ["Checkpoints", "PipelineCore"]),
        room("Storage", ["PipelineCore", crypto, grdb]),
        room("Ledgers", ["Results", "PipelineCore", grdb]),
        room(
            "Coordination",
            [
                "PipelineCore", crypto, hummingbird, hummingbirdCore, hummingbirdTLS, httpTypes,
                nioCore, nioSSL, lifecycle, logging,
            ]),
        room(
            "Labelling",
            [
                "Models", "Weights", "Inference", "Imaging", "Datasets", "Results", "Transport",
                "PipelineCore", lifecycle, logging,
            ]),

        // What prepares.
        room(
            "Quantisation",
            [
                "Checkpoints", "Imaging", "Inference", "Labelling", "Models", "Networks",
                "PipelineCore",
            ]),

        // What shows.
        room("Charts"),
        room("Benchmarking", ["Checkpoints", "Inference", "Models", "Networks"]),

        // What tells.
        room("Curation", ["PipelineCore"]),
        room("Reporting", ["Curation", "Ensembles", "Results", "PipelineCore", crypto]),

        .executableTarget(
            name: "pipeline",
            dependencies: [
                "Benchmarking", "Buckets", "CMalloc", "Charts", "Checkpoints", "Coordination",
                "Datasets", "Definitions", "Inference", "Interchange", "Labelling", "Ledgers",
                "Models", "Networks", "PipelineCore", "Quantisation", "Reporting", "Results",
                "Storage", "Transport", "Weights",
                argumentParser, lifecycle, logging,
            ],
            swiftSettings: settings),

        .target(
            name: "TestSupport",
            dependencies: ["PipelineCore", "Storage", subprocess, systemPackage],
            path: "Tests/TestSupport", swiftSettings: settings),
        .target(
            name: "Fuzzing",
            dependencies: [
                "Buckets", "Checkpoints", "Datasets", "Definitions", "Imaging", "Inference",
                "Interchange", "Labelling",
                "Models", "Networks", "PipelineCore", "Results", "Transport", "Weights",
            ],
            path: "Tests/Fuzzing", swiftSettings: settings),
        .executableTarget(
            name: "GuidedFuzz", dependencies: ["Fuzzing"], path: "Tests/GuidedFuzz",
            swiftSettings: settings),
        .executableTarget(
            name: "ModelFuzz",
            dependencies: ["Fuzzing", "TestSupport"],
            path: "Tests/ModelFuzz", swiftSettings: settings),
        .target(
            name: "Rehearsal",
            dependencies: [
                "Buckets", "Datasets", "Labelling", "PipelineCore", "Results", "TestSupport",
                "Transport", logging,
            ],
            path: "Tests/Rehearsal", swiftSettings: settings),
        .executableTarget(
            name: "Chaos",
            dependencies: [
                "Buckets", "Datasets", "Labelling", "Models", "PipelineCore", "Rehearsal",
                "Reporting", "Results", "Storage", "TestSupport", "Transport", "Weights", grdb,
                logging,
            ],
            path: "Tests/Chaos", swiftSettings: settings),
        .executableTarget(
            name: "Load",
            dependencies: [
                "Labelling", "PipelineCore", "Rehearsal", "Results", "Storage", "TestSupport",
                "Transport", grdb,
            ],
            path: "Tests/Load", swiftSettings: settings),
        suite("ChaosTests", ["Chaos"]),
        suite("LoadTests", ["Load", "Rehearsal"]),
        suite("FuzzingTests", ["Fuzzing"], fixtures: ["Fixtures", "Seeds"]),
        suite("PipelineCoreTests", ["PipelineCore"]),
        suite("ModelsTests", ["Models", "Networks", "PipelineCore"], fixtures: ["Fixtures"]),
        suite("DefinitionsTests", ["Definitions", "Models", "PipelineCore"]),
        suite("CheckpointsTests", ["Checkpoints"], fixtures: ["Fixtures"]),
        suite(
            "QuantisationTests",
            ["Checkpoints", "Inference", "Networks", "PipelineCore", "Quantisation"]),
        suite(
            "InterchangeTests",
            ["Interchange", "Inference", "Fuzzing", "ModelFuzz", "Networks", "Checkpoints"],
            fixtures: ["Fixtures"]),
        suite(
            "InferenceTests", ["Inference", "Models", "Networks", "Checkpoints", "CKernels"],
            fixtures: ["Fixtures"]),
        suite(
            "ParityTests",
            [
                "Checkpoints", "Imaging", "Inference", "Interchange", "Models", "Networks",
                "PipelineCore",
            ],
            fixtures: ["Fixtures"]),
        suite("ImagingTests", ["Imaging", "PipelineCore"], fixtures: ["Fixtures"]),
        suite("EnsemblesTests", ["Ensembles", "PipelineCore"]),
        suite("ChartsTests", ["Charts"]),
        suite("BenchmarkingTests", ["Benchmarking"]),
        suite("TransportTests", ["Transport"]),
        suite("BucketsTests", ["Buckets", "Transport"]),
        suite(
            "DatasetsTests",
            ["Buckets", "Datasets", "PipelineCore", "Rehearsal", "Storage", "Transport"]),
        suite("WeightsTests", ["Weights", "Models", "PipelineCore", "Transport"]),
        suite("StorageTests", ["Storage", "PipelineCore", grdb]),
        suite("LedgersTests", ["Ledgers", "PipelineCore", "Results", "Storage"]),
        suite("SimulationTests", ["Storage", "PipelineCore", grdb]),
        suite(
            "CoordinationTests",
            [
                "Coordination", "PipelineCore", "Storage", logging, hummingbird,
                .product(name: "HummingbirdTesting", package: "hummingbird"), httpTypes, nioCore,
            ]),
        suite(
            "LabellingTests",
            [
                "Labelling", "Coordination", "Datasets", "Ledgers", "Models", "PipelineCore",
                "Results", "Storage", "Transport", "Weights", lifecycle, logging,
            ]),
        suite("ResultsTests", ["Results", "Checkpoints", "PipelineCore"]),
        suite("ReportingTests", ["Reporting", "Results", "Curation", "PipelineCore"]),
        suite(
            "PipelineTests",
            [
                "pipeline", "Benchmarking", "Charts", "Checkpoints", "Coordination", "Datasets",
                "Labelling", "Models", "Networks", "PipelineCore", "Storage", "Transport",
                "Weights",
                argumentParser,
            ], fixtures: ["Help"]),
    ]
)
