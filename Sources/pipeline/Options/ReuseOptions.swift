import ArgumentParser

/// Whether what was computed before is used again.
struct ReuseOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Compute every image, whatever is known of it.",
            discussion: "Nothing is remembered of it for other runs, either. A run that has begun "
                + "goes on as it was submitted at first."))
    var noLedger = false
}
