refusal-not_owner = Übernehmen Sie das Gespräch, bevor Sie antworten.
