channel-choose = Was passt für Sie?
