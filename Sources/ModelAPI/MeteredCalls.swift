package import Metering
package import Vocabulary

/// The run's meter as the client of a model uses it: bounds and prices come from the meter's price book.
package struct MeteredCalls: CallMeter {
    private let meter: Meter

    package init(meter: Meter) {
        self.meter = meter
    }

    package func reserve(
        _ attribution: Attribution, body: [UInt8], outputTokens: Int, serviceTier: String?
    ) async throws(ModelCallError) -> Hold {
        let amount = try worstPrice(attribution.model, body, outputTokens, serviceTier)
        do throws(BudgetError) {
            return try await meter.reserve(attribution, amount: amount)
        } catch .cancelled {
            throw .cancelled
        } catch {
            throw .budget(error)
        }
    }

    package func settle(_ hold: Hold, _ charge: CallCharge, answer: Value?) async {
        await meter.settle(hold, settlement(of: hold, charge), answer: answer)
    }

    private func worstPrice(
        _ model: String, _ body: [UInt8], _ outputTokens: Int, _ serviceTier: String?
    ) throws(ModelCallError) -> Picodollars {
        let price: ModelPrice
        do throws(PriceError) {
            price = try meter.prices.requirePrice(of: model)
        } catch {
            throw .unpriced(error)
        }
        let bound = InputBound.tokens(body: body, family: price.family, contextWindow: price.contextWindow)
        // Under `auto` the vendor's own setting decides, which may be the dearer service.
        let services: [ServiceTier] = serviceTier == "auto" ? [.standard, .priority] : [ServiceTier(chat: serviceTier)]
        let worst = services.map { price.worstCase(inputBound: bound, outputCap: outputTokens, service: $0) }
        return worst.max() ?? .max
    }

    private func settlement(of hold: Hold, _ charge: CallCharge) -> Settlement {
        switch charge {
        case .nothing(let reason): .nothing(reason: reason)
        case .unknown(let reason): .unknown(reason: reason)
        case .used(let usage, let serviceTier):
            if let price = meter.prices.price(of: hold.attribution.model) {
                .actual(usage: usage, cost: price.cost(of: usage, service: ServiceTier(chat: serviceTier)))
            } else {
                .unknown(reason: "answered by a model without price")
            }
        }
    }
}

extension ServiceTier {
    /// The way of service under its name in requests and answers; an unknown name and none are the standard one.
    fileprivate init(chat name: String?) {
        switch name {
        case "priority", "fast": self = .priority
        case "batch": self = .batches
        default: self = name.flatMap(ServiceTier.init(rawValue:)) ?? .standard
        }
    }
}
