import Foundation

/// The picture that goes through the networks with every shard: a canary on a branch, 64 × 64 pixels.
///
/// Hosts that compute rightly agree about it, whatever the data set, so that one that does not is found
/// out by the coordinator. `scripts/draw-canary.py` draws it.
enum CanaryImage {
    /// The PNG file.
    static let file = [UInt8](
        Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Data())

    private static let text = """
        iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAK3UlEQVR42tVaCVRTVxomLwshC0lIAglhUxYrCiJat8Gt
        LmjrchSdOjouPUc7OqPVUbRq9YwUp4cqVjvirlNmxLa2is5oW7c6eoZpFU+RVQuySQIkAUISkpDthfnjo88YsjwgMs49
        37ncvLy8+33f/7+7vAeyKre4D1h28ptFh7Lm79swL2v1nI+WQQ1Y/JdPl5++3bcL9hmIX2+Kzdap195tkX3Y1rRfp75m
        MpSZjdVWcyPUgA7Vpdam/RZzo98AFoREuABRoA4sUavK3eW6bJ0G7V2STwv0C2a1K8+o5DlgENQA6AVowLdEI2DqfAI/
        Bn5ezyRTgnxirQ016DV3lNKMVlfR1mLRNskQt4oVp9uaD7c07oMaAAYQ6RXYszhTfOK6Uvah1lu0IZ8RR8U6zR1Fwx4g
        3dH+nfFFxUS8p9AkfPEGhMzop/cQbeBAqEcqvzsCcOcppBnatnwPij0UEhLA4S8MCd9OpQn6b79KcZp4tJFuxbKPiSgG
        oo4fqTQJgz02SLQmdNA+FneqT1LfbJIRYQJdC0Lfg2jbI9AmP0VQsTgyIywmB+hCDQiJ2BEUspzBGuHDMYdK5QM5L9EW
        pEHXWLQR4oqFko1Yfvc/yz2N62QGdAS54TSaYdHmi9ZIBu9nO0QbIaKYK0gTRe70SX4TKWQKkxe8OHRQZnjsEaALNQAI
        8EUrGOwkp5MRUBwctgky2LVi8bth0dls3ht+/6PiNdoIpjgoeLFk8N6IuKNAF2qAOOoDgXgls4din5Qweu2bwZ+/F7Ud
        8H70BqjTRCcTA+/14VJIbxX3s0j8azZEvg+kZwvPxTLLACAG6in8f6wJz/xTzKoE9o8vay3U/zKWewuoA113bPg0JchY
        FvpJ3yPw8soYzk1gRuRM0LlUfODVigDkCUH2uIYpQZdfoQgsCDnh8vh3BejCTeZpq03ZuVanr2YJ8gIQ3SsRAQm9NoZR
        6pL9O7ssPxTb5qRtnpx2fneOxfHbALJ+DPfWKxGBBNYPLo+fuoBijZSUCQkJw87fYOJf6a75mavd/tBtBGBZoW69qpAd
        a356oLE2E2qAVvW91dLWnwi4tB+KRteFNebOTUtMHKPVavEjVrmfocBPeLk0tf4416TwEgEUNWjabjU82QGk21uuGDqK
        jYYqEAM1oE3xFRw3GaU+j8zsFDLeBvYTkhAOi/TClsXsN6750saiFSvK00cob7iOgNkolT7ZASzBZg97eYiDS2tT+Wff
        Cd3z+7B0wJbIdVgD8BtRNnwFOQCpDHB52fRVlDWLujUA+8/2Ut0RiNKWzq/O3nZ/QWrdMaeAILLaTBuxvQ/ejg4oWRKy
        /0DsDCCKsQQlAJhlsQbg9cAbmLY/Ry+A4+4um7meKr9Dr7zqn3+I5mR/z0JH9ZHa0khNib/1+ehE6CYG9lzBDMzyzRFr
        gTfw82EueaVuJDNLgmeeSjp+euSJMtEsM5Xdi1GIRg+XDNpKJjMmci6uk2zxYOfLKHJm9D9jtx5+/dyVuG0KVoyLe8DT
        CIUECMRLImP30PyF8wVH5wuPDRhvEs2PFuOXN+rAmeSTTpY7j0Jc/nTH/MYsZ3MniCP+ED0shyeYYR+nORcncvMH0vjA
        RX4/DV/4lJHkfR4IliwdPHR/XOJfgS7UgKi4DHHEajZ3FCYx1L8G7B/gfUxzV/RN9arerYXIbnYCo9nXHT8atLZWmVVW
        aW54ZEddqQlrAOC4qtlq1Ns8PhpgklnDqUFvUPmpUFM4Y0kUrtMpTabo480HjTaWb1ajwxgF9snO2qWot1Q9MGJEde02
        UAIwGbqwBiZM+dRaX2aueWhqrrF0qNAX85pKZo/0F86lsIYjtGCEyoOaHDAIZJAZcfhZBZq0E/JDpi62b/YDdEQXRFUA
        FeDULkdtKKEEsJi6NC1oY5UFfgUNO3kKlwbUmUNcPTSgUQKTkYBBnSgzS/rFFdV6gt4TigAMmmAtUCFIvacSCAUEzWSL
        B6KeMosRBxM2TJH93RP3LJAY/bwjwYL6BwWa5gZPRlJ5JFrwYkEWjyL35Z643SqC7n3wrNxibijypuHZ3Tydm+vLCKhR
        sY4s9s3zfou5sazQ8wAFVfyzMcOXTyVaGKN8NbpbDDrPQbBvxBDdYHqxzyLAs1SFG+9S/Um+0tCpcf/4vqt7Sxkf8G/f
        RCDIUpXaupZi6eCJyL7SEMBx+wLKZlZiDTGt2gcR4JkrZ7aupXXZV94wA0TE0xiB/d1AUxksjjjCfQDaffaWErzH2WPD
        OawRQIM4mtrnUAD7mJRZnuz/JYXkltielIydDS3NlxpqDtVXfVTz6AOoAW3K64hL72e0/A5njxUIgrQlmCMkR4/0Bxks
        Xi+igVBpguj4IVPn0Rhup1i0s+55X+jzcQ+16lsV1ypLNwFpZVN+h/onfcdjEAM1QC7NQ3p635M9lBrGnJPmS487J9o3
        UEJy2BBa7Gh/SRwVbg9ILZdhoXOCeBEx4ckpCW8tlSSMIVPdzsRdqN7mIKDenIy7Xln2R2BpMbe6dcfJ++nKd12yv8fP
        gMbnqqwi/exf3jiR2EHkkCgqpBaE5bVxdACowhqvjWeD5RHJKUERMV5DZNUW4e0600hIIfujIe2j6oqdNtRA9B6AEdMl
        +1rm3PuCD/HTLmt2f6vZ6P49Ggm/JcFXIgkGyWMzdf93QqeNdUm9C+voafVBQvmJ/eGC94o1Ltlj3juWe/q3jypzwSqv
        zLxPz2alVXMf/wjs1c9ugE59vVfv7VnKiES6vXfD3tF7x6JAh+SqjkJ/sFjyIKDLZva4uGi3qG7j3n+hyqo0Tcau708P
        BnKeXz2FRiwfkpCFgPfT5KvdsfdsQHHnW8db/+5WBqoHd91psOrKLW3X8bzPbTvys2myQyoyY4buFohmwwDmZDlPMCkq
        dnPC6DNC8Zt2JdNceV/HmlcozCQyEZr8AkuMcz5tvQwBAT1OexFIbvDYMZdAj1VfaVJcRHXl8PFn4yT44d/aj0FIna5M
        obLColYOS85JGvcl0B0ethMQE7RMQk+hP6ky3T+HAaHZOnqy9+p9zwJjH9zfWcpbEJNr2k3ADI7YGVvVEAeT/EsgDbVZ
        md+o0hUbZl6omJ/9MCOv/LfVtRTjvTwcugvbcKgPzcLQkZPmeNzxfKTP3jv/f4msFIOs3njntjX3WuLxbydsv7w+PWcS
        YNeRkemHx2/azgVk7W7JzfhPwdm7svMHexLCrwPoxSjkyL57+SAtwdH541kcHV9vxdF+MBWHO4cwKjppHUFCvV4L4a3K
        hoDreYUECRF36GUXBGf/ryKO3/9hQV5l9pSwRBwB45fjCPx1Ng5kINkTIcTfchMH5+0DOBgTVuCgho/AgfSHveOFHDtw
        7FiQfgsHd8knOJi/WomDFpGEw/NYB0uMZunXNY/3VZXveVS8FWqkP4SIOOST0FmtekXj1dIH64B0U8NXatWDDk0FiIEa
        EW79HoejQ6QRk9Rh9CaeXMquqWo9W6vOB6jIMrOphTSwBYiWPVgnrcuFrr2/4ACt8sarJYVrKx6m27W2FeJaAdLazyqK
        thh0dQN2H2vV5cAEdb8yfWFHZtDXlxauBZYutXav0FCDoumbAbO/+tHHRCcyu9aiLSiBVTisdQfGfr2uDiW+I3tSkUXk
        ojR/oShs7sDYTw8IYTCjPD2MJDMQ4lqhwOXik/ZSKMwBmjcozKFJe0WSOeCaEw1ByNTYYdtHp5z7L0X807zmrW7BAAAA
        AElFTkSuQmCC
        """
}
