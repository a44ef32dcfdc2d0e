claim-unsure = das kann ich Ihnen gerade nicht sicher sagen.
