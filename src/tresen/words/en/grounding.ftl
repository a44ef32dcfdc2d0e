# What code says where a claim of the model could not be traced.
claim-unsure = I can’t say that for certain right now.
