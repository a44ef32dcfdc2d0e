# What code says where a claim of the model could not be traced.
claim-unsure = das kann ich dir gerade nicht sicher sagen.
