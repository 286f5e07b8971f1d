import Vocabulary

extension RunEvent: Codable {
    private enum CodingKeys: String, CodingKey {
        case version, sequence, time, run, batch, feature, stage, attempt, kind
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        version = try container.decode(Int.self, forKey: .version)
        guard version <= Self.currentVersion else {
            throw DecodingError.dataCorruptedError(
                forKey: .version, in: container,
                debugDescription: "event version \(version) is newer than \(Self.currentVersion), which is understood")
        }
        sequence = try container.decodeIfPresent(Int64.self, forKey: .sequence) ?? 0
        let text = try container.decode(String.self, forKey: .time)
        guard let milliseconds = UTCTime.milliseconds(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: .time, in: container, debugDescription: "'\(text)' is no UTC time in ISO 8601")
        }
        time = milliseconds
        run = try container.decode(RunID.self, forKey: .run)
        batch = try container.decodeIfPresent(BatchID.self, forKey: .batch)
        feature = try container.decodeIfPresent(FeatureID.self, forKey: .feature)
        stage = try container.decodeIfPresent(String.self, forKey: .stage)
        attempt = try container.decodeIfPresent(Int.self, forKey: .attempt)
        body = try Body(kind: container.decode(Kind.self, forKey: .kind), from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(version, forKey: .version)
        if sequence != 0 { try container.encode(sequence, forKey: .sequence) }
        try container.encode(UTCTime.string(time), forKey: .time)
        try container.encode(run, forKey: .run)
        try container.encodeIfPresent(batch, forKey: .batch)
        try container.encodeIfPresent(feature, forKey: .feature)
        try container.encodeIfPresent(stage, forKey: .stage)
        try container.encodeIfPresent(attempt, forKey: .attempt)
        try container.encode(body.kind, forKey: .kind)
        try body.payload?.encode(to: encoder)
    }
}

extension RunEvent.Body {
    package var kind: RunEvent.Kind {
        switch self {
        case .runStarted: .runStarted
        case .runResumed: .runResumed
        case .runFinished: .runFinished
        case .batchPlanned: .batchPlanned
        case .batchStarted: .batchStarted
        case .batchFinished: .batchFinished
        case .pullRequestWritten: .pullRequestWritten
        case .featureStarted: .featureStarted
        case .featureDone: .featureDone
        case .testsLocked: .testsLocked
        case .testsRun: .testsRun
        case .attemptStarted: .attemptStarted
        case .stageFinished: .stageFinished
        case .attemptFailed: .attemptFailed
        case .retryDecided: .retryDecided
        case .callReserved: .callReserved
        case .callSettled: .callSettled
        case .candidateMade: .candidateMade
        case .foldTested: .foldTested
        case .flakyTests: .flakyTests
        case .integrationTested: .integrationTested
        case .landed: .landed
        case .landingRefused: .landingRefused
        case .policyDecided: .policyDecided
        case .stopped: .stopped
        case .notice: .notice
        }
    }

    fileprivate var payload: (any Encodable)? {
        switch self {
        case .runStarted(let payload): payload
        case .runResumed(let payload): payload
        case .runFinished(let payload): payload
        case .batchPlanned(let payload): payload
        case .batchStarted(let payload): payload
        case .batchFinished(let payload): payload
        case .pullRequestWritten(let payload): payload
        case .featureStarted: nil
        case .featureDone(let payload): payload
        case .testsLocked(let payload): payload
        case .testsRun(let payload): payload
        case .attemptStarted(let payload): payload
        case .stageFinished(let payload): payload
        case .attemptFailed(let payload): payload
        case .retryDecided(let payload): payload
        case .callReserved(let payload): payload
        case .callSettled(let payload): payload
        case .candidateMade(let payload): payload
        case .foldTested(let payload): payload
        case .flakyTests(let payload): payload
        case .integrationTested(let payload): payload
        case .landed(let payload): payload
        case .landingRefused(let payload): payload
        case .policyDecided(let payload): payload
        case .stopped(let payload): payload
        case .notice(let payload): payload
        }
    }

    fileprivate init(kind: RunEvent.Kind, from decoder: any Decoder) throws {
        self =
            switch kind {
            case .runStarted: .runStarted(try .init(from: decoder))
            case .runResumed: .runResumed(try .init(from: decoder))
            case .runFinished: .runFinished(try .init(from: decoder))
            case .batchPlanned: .batchPlanned(try .init(from: decoder))
            case .batchStarted: .batchStarted(try .init(from: decoder))
            case .batchFinished: .batchFinished(try .init(from: decoder))
            case .pullRequestWritten: .pullRequestWritten(try .init(from: decoder))
            case .featureStarted: .featureStarted
            case .featureDone: .featureDone(try .init(from: decoder))
            case .testsLocked: .testsLocked(try .init(from: decoder))
            case .testsRun: .testsRun(try .init(from: decoder))
            case .attemptStarted: .attemptStarted(try .init(from: decoder))
            case .stageFinished: .stageFinished(try .init(from: decoder))
            case .attemptFailed: .attemptFailed(try .init(from: decoder))
            case .retryDecided: .retryDecided(try .init(from: decoder))
            case .callReserved: .callReserved(try .init(from: decoder))
            case .callSettled: .callSettled(try .init(from: decoder))
            case .candidateMade: .candidateMade(try .init(from: decoder))
            case .foldTested: .foldTested(try .init(from: decoder))
            case .flakyTests: .flakyTests(try .init(from: decoder))
            case .integrationTested: .integrationTested(try .init(from: decoder))
            case .landed: .landed(try .init(from: decoder))
            case .landingRefused: .landingRefused(try .init(from: decoder))
            case .policyDecided: .policyDecided(try .init(from: decoder))
            case .stopped: .stopped(try .init(from: decoder))
            case .notice: .notice(try .init(from: decoder))
            }
    }
}
