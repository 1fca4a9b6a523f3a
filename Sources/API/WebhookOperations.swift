extension Operation {
    /// Add a webhook.
    package static let registerWebhook = Operation(
        id: "registerWebhook",
        method: .post,
        path: "/v1/webhooks",
        access: .anyOf([.webhooksManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List webhooks.
    package static let listWebhooks = Operation(
        id: "listWebhooks",
        method: .get,
        path: "/v1/webhooks",
        access: .anyOf([.webhooksManage])
    )

    /// Read a webhook.
    package static let getWebhook = Operation(
        id: "getWebhook",
        method: .get,
        path: "/v1/webhooks/{webhookId}",
        access: .anyOf([.webhooksManage])
    )

    /// List what was sent to a webhook.
    package static let listWebhookDeliveries = Operation(
        id: "listWebhookDeliveries",
        method: .get,
        path: "/v1/webhooks/{webhookId}/deliveries",
        access: .anyOf([.webhooksManage])
    )

    /// Rotate the secret of a webhook.
    package static let rotateWebhookSecret = Operation(
        id: "rotateWebhookSecret",
        method: .post,
        path: "/v1/webhooks/{webhookId}/rotations",
        access: .anyOf([.webhooksManage]),
        idempotent: true,
        success: 201
    )

    /// Disable a webhook.
    package static let disableWebhook = Operation(
        id: "disableWebhook",
        method: .post,
        path: "/v1/webhooks/{webhookId}/disablements",
        access: .anyOf([.webhooksManage]),
        idempotent: true,
        success: 201
    )

    /// Enable a webhook.
    package static let enableWebhook = Operation(
        id: "enableWebhook",
        method: .post,
        path: "/v1/webhooks/{webhookId}/enablements",
        access: .anyOf([.webhooksManage]),
        idempotent: true,
        success: 201
    )

    /// Send events again.
    package static let replayWebhook = Operation(
        id: "replayWebhook",
        method: .post,
        path: "/v1/webhooks/{webhookId}/replays",
        access: .anyOf([.webhooksManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Watch the events of a shop.
    package static let streamEvents = Operation(
        id: "streamEvents",
        method: .get,
        path: "/v1/events",
        access: .anyOf([.merchantRead, .paymentsRequest]),
        produces: MediaType.events
    )

    /// Find shops in a box.
    package static let listShopPlaces = Operation(
        id: "listShopPlaces",
        method: .get,
        path: "/v1/shop-places",
        access: .anyOf([.communityRead]),
        produces: MediaType.geoJSON
    )

    /// Find shops near a place.
    package static let searchShops = Operation(
        id: "searchShops",
        method: .post,
        path: "/v1/shop-searches",
        access: .anyOf([.communityRead]),
        body: .json,
        produces: MediaType.geoJSON
    )
}

extension MerchantOperations {
    /// What tells a shop's software, and what finds shops.
    static let webhooksAndPlaces: [Operation] = [
        .registerWebhook, .listWebhooks, .getWebhook, .listWebhookDeliveries,
        .rotateWebhookSecret, .disableWebhook, .enableWebhook, .replayWebhook, .streamEvents,
        .listShopPlaces, .searchShops,
    ]
}
